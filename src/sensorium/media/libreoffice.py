"""LibreOffice as a converter to PDF: a run a document, in a profile and folder of its own, ended when it takes long."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path

from sensorium.errors import Unreadable, Unsupported
from sensorium.media import signatures
from sensorium.media.blob import opened
from sensorium.types import Source

_SECONDS = 180.0
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "/opt/libreoffice/program/soffice",
)
_SUFFIXES = {
    signatures.DOCX: ".docx", signatures.PPTX: ".pptx", signatures.XLSX: ".xlsx", signatures.ODT: ".odt",
    signatures.ODP: ".odp", signatures.ODS: ".ods", signatures.DOC: ".doc", signatures.PPT: ".ppt",
    signatures.XLS: ".xls", signatures.RTF: ".rtf",
}  # fmt: skip
# No macros, no fetching of what a document links to: documents come from anywhere.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
_NO_JAVA = "Warning: failed to launch javaldx"
"""What it always says where there is no Java, which converting does not need."""
_LOCK = threading.Lock()


class Converted:
    """A PDF in a temporary folder that goes when this does."""

    def __init__(self, source: Source, folder: Path, pdf: Path) -> None:
        self.source = Source(source.uri, path=pdf, media_type=signatures.PDF)
        self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder now. Closing twice is fine."""
        self._end()


def program() -> str | None:
    """The path of LibreOffice's ``soffice``, or None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def converted(source: Source, media_type: str, seconds: float = _SECONDS) -> Converted:
    """The document as PDF. One conversion at a time in a process: each takes a core and some hundred megabytes.

    Raises Unreadable where LibreOffice fails or takes longer than ``seconds``, Unsupported where it is not installed.
    """
    soffice = program()
    if soffice is None:
        raise Unsupported(f"{source.uri}: LibreOffice is not installed", path=source.uri)
    folder = Path(tempfile.mkdtemp(prefix="sensorium-"))
    try:
        given = folder / f"document{_SUFFIXES[media_type]}"
        with opened(source) as stream, given.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        command = [
            soffice, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
            f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "pdf", "--outdir", str(folder / "out"),
            str(given),
        ]  # fmt: skip
        with _LOCK:
            said = _run(source, command, seconds)
        pdf = folder / "out" / "document.pdf"
        if not pdf.is_file():
            raise Unreadable(
                f"{source.uri}: LibreOffice made no PDF of it: {said or 'it said nothing'}", path=source.uri
            )
        shutil.rmtree(profile, ignore_errors=True)
        return Converted(source, folder, pdf)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _run(source: Source, command: list[str], seconds: float) -> str:
    """What the command said last. Its whole process group is ended when the time is up or the caller is interrupted."""
    own_group = sys.platform != "win32"
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=own_group
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        message = f"{source.uri}: LibreOffice was ended after {seconds:.0f} s without an answer"
        raise Unreadable(message, path=source.uri) from error
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if own_group else process.kill()
            process.communicate()
    lines = said.decode("utf-8", errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith(_NO_JAVA)).strip()[-300:]
