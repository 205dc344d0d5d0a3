"""Objects in buckets: listed, fetched once, known again by etag, gone when they are gone."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.pipeline.conftest import contents, write_image, write_sound, write_text

from sensorium.errors import NotFound, Unavailable, Unreadable
from sensorium.objects.base import ObjectInfo, Objects
from sensorium.objects.local import LocalObjects
from sensorium.objects.s3 import S3Objects
from sensorium.pipeline import Annotations, Options, Report, estimate, index
from sensorium.pipeline.buckets import Downloads
from sensorium.pipeline.walk import left_out
from sensorium.space import Space


class Watched:
    """An object store that notes what is asked of another one."""

    def __init__(self, inner: Objects) -> None:
        self.inner = inner
        self.fetched: list[str] = []
        self.asked = 0
        self.refuse: dict[str, Exception] = {}
        self.largest = 0

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return self.inner.list(prefix)

    def info(self, uri: str) -> ObjectInfo:
        self.asked += 1
        return self.inner.info(uri)

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        raise AssertionError("an object is fetched into a file")

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        self.fetched.append(uri)
        if uri in self.refuse:
            raise self.refuse[uri]
        info = self.inner.fetch(uri, to, max_bytes)
        self.largest = max(self.largest, sum(map(size_of, to.parent.iterdir())))
        return info

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        self.inner.write(uri, data, media_type)


def size_of(path: Path) -> int:
    """Bytes of a file; none of one that another thread has just removed."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@pytest.fixture
def store(tmp_path: Path) -> Watched:
    (tmp_path / "buckets" / "media").mkdir(parents=True)
    return Watched(LocalObjects(tmp_path / "buckets"))


@pytest.fixture
def bucket(store: Watched, tmp_path: Path) -> Watched:
    """``s3://media/``: three texts, two pictures, one sound, some of them with odd names."""
    for number, key in enumerate(("a.txt", "notes/b c.txt", "notes/ä+%20.txt")):
        write_text(tmp_path / "x.txt", f"word{number}")
        store.write(f"s3://media/{key}", tmp_path / "x.txt", "text/plain")
    for number, key in enumerate(("red.png", "日本/blue.png")):
        write_image(tmp_path / "x.png", number)
        store.write(f"s3://media/{key}", tmp_path / "x.png", "image/png")
    write_sound(tmp_path / "x.wav", 440)
    store.write("s3://media/sound.wav", tmp_path / "x.wav", "audio/wav")
    return store


def run(space: Space, store: Objects, *uris: str, **options: object) -> Report:
    return index(space, list(uris) or ["s3://media/"], Options(**options), objects=store)  # type: ignore[arg-type]


def test_a_bucket_goes_in_and_a_second_run_downloads_nothing(space: Space, bucket: Watched) -> None:
    report = run(space, bucket)
    assert (report.embedded, report.failed, len(bucket.fetched)) == (6, 0, 6)
    before = contents(space)
    assert {metadata["source"] for _, metadata in before.values()} == {info.uri for info in bucket.list("s3://media/")}
    report = run(space, bucket)
    assert (report.unchanged, report.embedded, len(bucket.fetched)) == (6, 0, 6)
    assert contents(space) == before
    assert bucket.asked == 0


def test_only_what_is_below_the_prefix_goes_in(space: Space, bucket: Watched) -> None:
    bucket.write("s3://media/notes-old/c.txt", b"words that are old", "text/plain")
    assert run(space, bucket, "s3://media/notes").embedded == 2
    assert run(space, bucket, "s3://media/notes/").unchanged == 2
    assert run(space, bucket, "s3://media/a.txt", "s3://media").total == 7
    with pytest.raises(NotFound, match="s3://media/none"):
        run(space, bucket, "s3://media/none")
    with pytest.raises(NotFound, match="no bucket 'nowhere'"):
        run(space, bucket, "s3://nowhere/")


def test_a_changed_object_replaces_its_records(space: Space, bucket: Watched) -> None:
    run(space, bucket)
    bucket.write("s3://media/a.txt", b"quite another text", "text/plain")
    report = run(space, bucket)
    assert (report.embedded, report.unchanged) == (1, 5)
    texts = [metadata["text"] for _, metadata in contents(space).values() if metadata["source"] == "s3://media/a.txt"]
    assert texts == ["quite another text"]
    assert bucket.fetched[6:] == ["s3://media/a.txt"]


def test_the_same_bytes_written_again_embed_nothing(space: Space, bucket: Watched, tmp_path: Path) -> None:
    run(space, bucket)
    bucket.fetch("s3://media/a.txt", tmp_path / "same")
    bucket.write("s3://media/a.txt", tmp_path / "same", "text/plain")
    assert run(space, bucket).unchanged == 6
    fetched = len(bucket.fetched)
    assert run(space, bucket).unchanged == 6
    assert len(bucket.fetched) == fetched, "the new etag has been noted"


def test_a_renamed_object_keeps_its_vectors_and_a_deleted_one_goes_with_prune(
    space: Space, bucket: Watched, tmp_path: Path
) -> None:
    run(space, bucket)
    folder = tmp_path / "buckets" / "media"
    (folder / "a.txt").rename(folder / "z.txt")
    (folder / "red.png").unlink()
    report = run(space, bucket)
    assert (report.reused, report.embedded, report.gone, report.removed) == (1, 0, 1, 0)
    sources = {metadata["source"] for _, metadata in contents(space).values()}
    assert "s3://media/z.txt" in sources
    assert "s3://media/a.txt" not in sources
    assert "s3://media/red.png" in sources
    report = run(space, bucket, prune=True)
    assert report.removed == 1
    assert "s3://media/red.png" not in {metadata["source"] for _, metadata in contents(space).values()}


def test_copies_that_go_together_are_deleted_not_renamed(space: Space, store: Watched, tmp_path: Path) -> None:
    for key in ("one.txt", "two.txt", "three.txt"):
        store.write(f"s3://media/{key}", b"the same words" if key != "three.txt" else b"others", "text/plain")
    run(space, store)
    for key in ("one.txt", "two.txt"):
        (tmp_path / "buckets" / "media" / key).unlink()
    assert run(space, store).gone == 2


def test_a_bucket_that_shows_nothing_empties_no_index(space: Space, bucket: Watched, tmp_path: Path) -> None:
    run(space, bucket)
    (tmp_path / "buckets" / "media").rename(tmp_path / "buckets" / "away")
    (tmp_path / "buckets" / "media").mkdir()
    report = run(space, bucket, prune=True)
    assert [failure.code for failure in report.failures] == ["no_files"]
    assert len(contents(space)) > 6


def test_prune_below_a_prefix_leaves_the_rest(space: Space, bucket: Watched, tmp_path: Path) -> None:
    run(space, bucket)
    (tmp_path / "buckets" / "media" / "notes" / "b c.txt").unlink()
    (tmp_path / "buckets" / "media" / "a.txt").unlink()
    report = run(space, bucket, "s3://media/notes/", prune=True)
    assert report.removed == 1
    assert "s3://media/a.txt" in {metadata["source"] for _, metadata in contents(space).values()}


def test_a_failing_object_is_reported_and_the_rest_goes_on(space: Space, bucket: Watched) -> None:
    bucket.refuse = {
        "s3://media/a.txt": Unavailable("s3://media/a.txt: access denied", code="access_denied"),
        "s3://media/red.png": Unreadable("s3://media/red.png: archived", code="archived"),
    }
    bucket.write("s3://media/broken.png", b"\x89PNG\r\n\x1a\n rubbish", "image/png")
    report = run(space, bucket)
    assert {failure.source: failure.code for failure in report.failures} == {
        "s3://media/a.txt": "access_denied",
        "s3://media/red.png": "archived",
        "s3://media/broken.png": "unreadable",
    }
    assert report.embedded == 4
    bucket.refuse = {}
    report = run(space, bucket)
    assert (report.embedded, report.unchanged, report.failed) == (2, 4, 1)


def test_a_store_that_does_not_answer_ends_the_run_and_the_next_goes_on(space: Space, bucket: Watched) -> None:
    uris = [info.uri for info in bucket.list("s3://media/")]
    bucket.refuse = {uri: Unavailable(f"{uri}: no answer") for uri in uris[1:]}
    with pytest.raises(Unavailable, match="no answer"):
        run(space, bucket, workers=1)
    bucket.refuse = {}
    report = run(space, bucket)
    assert (report.failed, report.embedded + report.unchanged) == (0, 6)


def test_patterns_hidden_names_and_folder_markers(space: Space, s3_objects: S3Objects, s3_bucket: str) -> None:
    keys = ["a.txt", "b.md", "sub/", "sub/c.txt", "sub//d.txt", "drafts/e.txt", ".git/f.txt", "sub/.h.txt"]
    for key in keys:
        data = b"" if key.endswith("/") else f"words of {key}".encode()
        s3_objects.write(f"s3://{s3_bucket}/{key}", data, "text/plain")
    root = f"s3://{s3_bucket}/"
    report = run(space, s3_objects, root, include=("*.txt",), exclude=("drafts",))
    assert {str(metadata["source"]).removeprefix(root) for _, metadata in contents(space).values()} == {
        "a.txt",
        "sub/c.txt",
        "sub//d.txt",
    }
    assert report.skipped == {"excluded": 2, "hidden": 2, "not a file": 1}
    report = run(space, s3_objects, f"{root}.git/f.txt")
    assert report.embedded == 1


def test_a_metadata_file_names_objects_by_their_uri(space: Space, bucket: Watched, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("source,colour\ns3://media/red.png,red\n", "utf-8")
    run(space, bucket, annotations=Annotations.load(table))
    coloured = {metadata["source"]: metadata.get("colour") for _, metadata in contents(space).values()}
    assert coloured["s3://media/red.png"] == "red"
    assert coloured["s3://media/a.txt"] is None


@pytest.mark.parametrize(
    ("below", "include", "exclude", "reason"),
    [
        ("a.txt", (), (), None),
        ("x/.a/b.txt", (), (), "hidden"),
        ("x/a.txt", (), ("x",), "excluded"),
        ("x/y/a.txt", (), ("x/y/",), "excluded"),
        ("x/y/a.txt", ("*.png",), (), "excluded"),
        ("x/y/a.txt", ("x/y/*",), (), None),
    ],
)
def test_why_an_object_is_left_out(
    below: str, include: tuple[str, ...], exclude: tuple[str, ...], reason: str | None
) -> None:
    assert left_out(below, include, exclude) == reason


def test_s3_is_asked_for_lists_and_new_objects_only(space: Space, s3_objects: S3Objects, s3_bucket: str) -> None:
    root = f"s3://{s3_bucket}/"
    for number in range(20):
        s3_objects.write(f"{root}{number:02}.txt", f"words number {number}".encode(), "text/plain")
    asked: list[str] = []

    def note(model: Any, **_: object) -> None:
        asked.append(model.name)

    s3_objects.client.meta.events.register("before-call.s3", note)
    try:
        assert run(space, s3_objects, root).embedded == 20
        assert sorted(asked) == ["GetObject"] * 20 + ["ListObjectsV2"]
        asked.clear()
        assert run(space, s3_objects, root).unchanged == 20
        assert asked == ["ListObjectsV2"]
        s3_objects.write(f"{root}07.txt", b"other words", "text/plain")
        s3_objects.client.delete_object(Bucket=s3_bucket, Key="08.txt")
        asked.clear()
        report = run(space, s3_objects, root, prune=True)
        assert (report.embedded, report.unchanged, report.removed) == (1, 18, 1)
        assert sorted(asked) == ["GetObject", "ListObjectsV2"]
    finally:
        s3_objects.client.meta.events.unregister("before-call.s3", note)


def test_files_and_objects_share_vectors(space: Space, store: Watched, tmp_path: Path) -> None:
    write_text(tmp_path / "here.txt", "cart")
    store.write("s3://media/there.txt", tmp_path / "here.txt", "text/plain")
    report = index(space, [tmp_path / "here.txt"], objects=store)
    assert report.embedded == 1
    report = index(space, [tmp_path / "here.txt", "s3://media/"], objects=store)
    assert (report.reused, report.embedded) == (1, 0)
    vectors = {metadata["source"]: vector for vector, metadata in contents(space).values()}
    assert len(set(vectors.values())) < len(contents(space))


def test_a_dry_run_fetches_a_few_of_each_kind(space: Space, store: Watched, tmp_path: Path) -> None:
    for number in range(9):
        write_text(tmp_path / "x.txt", f"word{number}")
        store.write(f"s3://media/{number}.txt", tmp_path / "x.txt", "text/plain")
        write_image(tmp_path / "x.png", number)
        store.write(f"s3://media/{number}.png", tmp_path / "x.png", "image/png")
    found = estimate(space, ["s3://media/"], objects=store)
    assert found.by_modality == {"text": 9, "image": 9}
    assert len(store.fetched) == 6
    report = run(space, store)
    assert abs(found.segments - report.segments) <= 0.2 * report.segments
    assert estimate(space, ["s3://media/"], objects=store).unchanged == 18


def test_what_was_fetched_goes_when_nothing_refers_to_it(store: Watched, tmp_path: Path) -> None:
    for number in range(4):
        store.write(f"s3://media/{number}", bytes(100), "any/thing")
    downloads = Downloads(store, limit=250)
    held = [downloads.fetch(f"s3://media/{number}", 100)[1].path for number in range(2)]
    assert all(path is not None and path.stat().st_size == 100 for path in held)
    third: list[object] = []
    thread = threading.Thread(target=lambda: third.append(downloads.fetch("s3://media/2", 100)[1]))
    thread.start()
    thread.join(0.1)
    assert thread.is_alive(), "there is no room for a third"
    folder = held[0].parent if held[0] is not None else Path()
    held.pop()  # no cycle holds it: the collector could be long in coming
    thread.join(60)
    assert len(third) == 1
    assert len(list(folder.iterdir())) == 2
    downloads.close()
    assert not folder.exists()


def test_the_disk_holds_no_more_than_is_in_hand(space: Space, store: Watched, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for number in range(40):
        text = " ".join(map(str, rng.integers(0, 10**9, 300)))
        store.write(f"s3://media/{number}.txt", text.encode(), "text/plain")
    report = run(space, store, workers=2, lookahead_bytes=1)
    assert report.embedded == 40
    assert store.largest < 8 * 3_000


def test_a_picture_is_read_again_after_its_segments_were_cut(space: Space, bucket: Watched) -> None:
    """A remote model asks a payload for its encoded bytes, long after the object was fetched."""
    downloads = Downloads(bucket)
    from sensorium.media.read import read

    _, source = downloads.fetch("s3://media/red.png", 1)
    payload = next(read(source)).payload
    del source
    encoded = getattr(payload, "encoded", None)
    assert encoded is not None
    assert encoded.read().startswith(b"\x89PNG")
    downloads.close()
