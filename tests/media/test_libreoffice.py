from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.media import pdf_files

from sensorium.errors import Unreadable, Unsupported
from sensorium.media import libreoffice, signatures
from sensorium.types import Source

SOURCE = Source("letter.docx", data=b"the bytes")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``soffice`` first on the PATH, temporary files under ``tmp_path/tmp``; the test writes its body."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "made.pdf").write_bytes(pdf_files.pages(["from office"]))
    return tmp_path / "bin" / "soffice"


def write(script: Path, body: str) -> None:
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


def alive(process: int) -> bool:
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


CONVERT = """
while [ $# -gt 1 ]; do case "$1" in --outdir) out="$2";; -env:*) profile="${1#*file://}";; esac; shift; done
test -f "$profile/user/registrymodifications.xcu" || exit 3
mkdir -p "$out"; cat "$1" > /dev/null && cp "$(dirname "$0")/../made.pdf" "$out/document.pdf"
"""


def test_a_document_becomes_a_pdf_that_goes_when_it_is_let_go(stand_in: Path, tmp_path: Path) -> None:
    write(stand_in, CONVERT)
    assert libreoffice.program() == str(stand_in)
    made = libreoffice.converted(SOURCE, signatures.DOCX)
    assert made.source.uri == "letter.docx"
    assert made.source.path is not None
    assert made.source.path.read_bytes().startswith(b"%PDF")
    made.close()
    made.close()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_failure_says_what_libreoffice_said(stand_in: Path, tmp_path: Path) -> None:
    no_java = "Warning: failed to launch javaldx - java may not function correctly"
    write(stand_in, f"echo '{no_java}' >&2; echo 'source file could not be loaded' >&2; exit 0")
    with pytest.raises(
        Unreadable, match=r"letter\.docx: LibreOffice made no PDF of it: source file could not be loaded"
    ):
        libreoffice.converted(SOURCE, signatures.DOCX)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_one_that_hangs_is_ended_with_its_children(stand_in: Path, tmp_path: Path) -> None:
    child = tmp_path / "child"
    write(stand_in, f"sh -c 'echo $$ > {child}; sleep 300; true' & sleep 300")
    start = time.monotonic()
    with pytest.raises(Unreadable, match="LibreOffice was ended after 0 s without an answer"):
        libreoffice.converted(SOURCE, signatures.DOCX, seconds=0.3)
    assert time.monotonic() - start < 60
    while child.exists() and child.read_text() and alive(int(child.read_text())):
        assert time.monotonic() - start < 60
        time.sleep(0.01)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    with pytest.raises(Unsupported, match="LibreOffice is not installed"):
        libreoffice.converted(SOURCE, signatures.DOCX)
