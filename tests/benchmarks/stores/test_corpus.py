from __future__ import annotations

import numpy as np
import pytest
from benchmarks.stores.corpus import Corpus

from sensorium.filter import matches, parse


@pytest.mark.parametrize("name", ["", "50 %", "10 %", "far 10 %"])
def test_only_the_nearest_that_match_count_as_found(corpus: Corpus, name: str) -> None:
    metadata = corpus.metadata(np.arange(corpus.rows))
    exact, queries = [], range(5)
    for query in queries:
        where = corpus.where(name, query)
        fits = [where is None or matches(parse(where), one) for one in metadata]
        near = np.where(fits, corpus.vectors @ corpus.queries[query], -np.inf)
        exact.append(np.argsort(-near)[:10])
    assert corpus.found(name, list(queries), exact, 10) == 1
    assert corpus.found(name, list(queries), [rows[:5] for rows in exact], 10) == pytest.approx(0.5)
    assert corpus.found(name, list(queries), [np.repeat(rows[:1], 10) for rows in exact], 10) == pytest.approx(0.1)


def test_a_row_outside_of_the_filter_is_no_find(corpus: Corpus) -> None:
    outside = np.array([row for row, one in enumerate(corpus.metadata(np.arange(300))) if int(str(one["draw"])) >= 100])
    assert corpus.found("10 %", [0], [outside], 10) == 0


def test_a_far_filter_keeps_the_rows_that_a_query_is_far_from(corpus: Corpus) -> None:
    where = corpus.where("far 10 %", 0)
    assert where is not None
    inside = np.array([matches(parse(where), one) for one in corpus.metadata(np.arange(corpus.rows))])
    near = corpus.vectors @ corpus.queries[0]
    assert 0.1 * corpus.rows <= inside.sum() <= 0.3 * corpus.rows
    assert near[inside].max() < np.sort(near)[-20]


def test_real_vectors_have_to_be_there(corpus: Corpus) -> None:
    with pytest.raises(SystemExit, match=r"real_300x64\.npy: not found; python -m benchmarks\.data"):
        Corpus("real", "tiny", corpus.folder).made()
