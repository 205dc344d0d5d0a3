"""The comparison of filters with an exact scan runs, and finds what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.agreement import __main__ as agreement
from benchmarks.agreement.filters import FIXED, Asked
from benchmarks.agreement.rows import Rows

from benchmarks import data
from sensorium.filter import matches, parse
from sensorium.stores.embedded import Limits

LISTED = Limits(exact_bytes=0, gather_bytes=0, background=False)


@pytest.fixture(scope="module")
def what() -> agreement.Set:
    vectors = data.clustered(2000, 16)
    centroids, owners = data.buckets(vectors)
    return agreement.Set(vectors, data.queries(3, 2000, 16), Rows(owners), centroids)


def test_the_fifty_mean_what_the_reference_says(what: agreement.Set) -> None:
    assert len(FIXED) == 50
    metadata = [what.rows.metadata(number) for number in range(len(what.rows))]
    for name, asked in FIXED.items():
        filter = parse(asked.json)
        assert asked.kept(what.rows).tolist() == [matches(filter, one) for one in metadata], name


@pytest.mark.parametrize("limits", [LISTED, Limits(background=False)])
def test_nothing_disagrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: agreement.Set, limits: Limits
) -> None:
    assert agreement.compare(tmp_path, "small", what, limits)
    told = capsys.readouterr().out
    assert "58 filters, 174 queries" in told
    assert ("queries, 0 by lists; least recall 1.0000" in told) == (limits is not LISTED)
    assert agreement.compare(tmp_path, "small", what, limits)  # with the index that is there


def test_what_disagrees_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: agreement.Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = int(np.flatnonzero((what.rows.draw < 500) & what.live)[0])
    wrong = Asked({"draw": {"$lt": 500}}, lambda r: (r.draw < 500) & (r.numbers != number))
    monkeypatch.setattr(agreement, "FIXED", {"draw": wrong})
    assert not agreement.compare(tmp_path, "small", what, LISTED)
    assert f"the columns disagree on 1 rows, first {number}" in capsys.readouterr().out
