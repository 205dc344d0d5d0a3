from pathlib import Path

import pytest

from sensorium.errors import Invalid, NotFound
from sensorium.pipeline.annotations import Annotations


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_cells_are_typed(tmp_path: Path) -> None:
    text = (
        "source,name,price,stock,sale,sku,note\nimg/a.jpg,Krug ß,19.90,3,TRUE,00123,\n/abs/b.png,x,-1e3,0,false,12a,n\n"
    )
    rows = Annotations.load(write(tmp_path / "m.csv", "\ufeff" + text)).rows
    assert dict(rows[(tmp_path / "img/a.jpg").as_uri()].metadata) == {
        "name": "Krug ß", "price": 19.9, "stock": 3, "sale": True, "sku": "00123",
    }  # fmt: skip
    assert dict(rows["file:///abs/b.png"].metadata) == {
        "name": "x", "price": -1000.0, "stock": 0, "sale": False, "sku": "12a", "note": "n",
    }  # fmt: skip


def test_jsonl_keeps_its_types(tmp_path: Path) -> None:
    lines = (
        '{"source": "a.jpg", "tags": ["x", "y"], "n": 1, "none": null, "text": "red mug"}\n\n{"source": "s3://b/k"}\n'
    )
    rows = Annotations.load(write(tmp_path / "m.jsonl", lines)).rows
    row = rows[(tmp_path / "a.jpg").as_uri()]
    assert (dict(row.metadata), row.text) == ({"tags": ["x", "y"], "n": 1}, "red mug")
    assert rows["s3://b/k"].text is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.csv", "name\nx\n", "line 2: found no 'source'"),
        ("m.csv", "source,a\nx\n", "line 2: not as many cells"),
        ("m.csv", "source,a\nx,1,2\n", "line 2: not as many cells"),
        ("m.csv", "source,modality\nx,image\n", "'modality' is written by Sensorium"),
        ("m.csv", "source\na.jpg\n./a.jpg\n", "line 3: a second row"),
        ("m.jsonl", '{"source": "a"}\n{broken\n', "line 2: not JSON"),
        ("m.jsonl", "[1]\n", "line 1: found list"),
        ("m.jsonl", '{"source": "a", "text": 3}\n', "the words to join are a string"),
        ("m.jsonl", '{"source": 3}\n', "found no 'source'"),
        ("m.txt", "x", r"is .csv or .jsonl"),
    ],
)
def test_refusals_name_the_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        Annotations.load(write(tmp_path / name, text))


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such metadata file"):
        Annotations.load(tmp_path / "none.csv")
    (tmp_path / "m.csv").write_bytes(b"source\n\xff\xfe\n")
    with pytest.raises(Invalid, match="UTF-8"):
        Annotations.load(tmp_path / "m.csv")
