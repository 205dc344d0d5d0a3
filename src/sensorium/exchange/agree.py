"""Whether a file's records belong into an index, and what an index must be that is made for them."""

from __future__ import annotations

from sensorium.errors import Conflict, Invalid
from sensorium.exchange.content import Header
from sensorium.stores.base import DEFAULT_BUCKET, IndexSpec
from sensorium.types import Metric


def new(said: Header, asked: Header, name: str) -> IndexSpec:
    """What to make an index as: what is asked for, else what the file ``name`` says. Its names are the caller's.

    Raises Invalid where nobody knows the dimension, Conflict where a file of one model is said to be of another.
    """
    if not said.dim:
        what = "holds no record and says no dimension" if said.dim is None else "begins with a vector of no numbers"
        raise Invalid(f"{name} {what}, so that no index can be made for it", path=name)
    _check_model(said.model, asked.model, name)
    return IndexSpec(
        DEFAULT_BUCKET,
        "new",
        said.dim,
        asked.metric or said.metric or Metric.COSINE,
        asked.non_filterable or said.non_filterable,
        asked.text_keys or said.text_keys,
        asked.model or said.model,
    )


def check(said: Header, asked: Header, spec: IndexSpec, name: str) -> None:
    """Raise Conflict where an index disagrees with the file ``name``, or with what is asked for.

    Equal dimensions do not make vectors of one model: where only one of the two says which it is, it must be asked for.
    """
    index = f"the index {spec.bucket}/{spec.name}"
    if said.dim is not None and said.dim != spec.dim:
        raise Conflict(f"{name} holds vectors of {said.dim} dimensions, {index} has {spec.dim}", path="dim")
    for metric in (asked.metric, said.metric):
        if metric is not None and metric != spec.metric:
            raise Conflict(f"{index} measures {spec.metric} distance, not {metric}; name another index", path="metric")
    for what, wanted, has in (
        ("non-filterable keys", asked.non_filterable, spec.non_filterable),
        ("text keys", asked.text_keys, spec.text_keys),
    ):
        if wanted and set(wanted) != set(has):
            raise Conflict(f"{index} is there already and has other {what}; name another index", path="index")
    _check_model(said.model, asked.model, name)
    if asked.model is not None:
        _check_stamp(asked.model, spec, index)
    elif said.model is not None and spec.model is None:
        raise Conflict(
            f"{index} does not say which model made its vectors, those of {name} are of {said.model}; if it is the"
            f" same, stamp the index with --model {said.model}",
            path="model",
        )
    elif said.model is None and spec.model is not None:
        raise Conflict(
            f"{name} does not say which model made its vectors, {index} is for those of {spec.model}; if these are, say"
            f" so with --model {spec.model}",
            path="model",
        )
    elif said.model is not None:
        _check_stamp(said.model, spec, index)


def _check_stamp(model: str, spec: IndexSpec, index: str) -> None:
    if spec.model not in (None, model):
        raise Conflict(f"{index} holds vectors of {spec.model}, not of {model}; name another index", path="model")


def _check_model(said: str | None, asked: str | None, name: str) -> None:
    if None not in (said, asked) and said != asked:
        raise Conflict(f"{name} holds vectors of {said}, not of {asked}", path="model")
