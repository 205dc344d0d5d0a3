"""The second half of the benchmark: every figure of the filled stores, in one run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path

from benchmarks.stores.corpus import Corpus
from benchmarks.stores.hand import Hand
from benchmarks.stores.measure import Amounts, Found, Turn, enough, interleaved, summary, sweep
from benchmarks.stores.peer import Effort
from benchmarks.stores.peers import BY_NAME
from benchmarks.stores.worker import WARM_UP, Asked, total

WANTED = 0.99
"""The recall that each store is tuned for, unfiltered."""
WANTED_FILTERED = 0.98
THREADS = (1, 2, 8)
FRESH_BLOCK, PUTS_BLOCK = 5_000, 10
FRESH_TIMES = 3
"""How often new stores are filled: of a second's work one time says little."""
SHARE = 0.2
"""Of the records that a round of churn changes."""
WITH_METADATA = "sensorium, with metadata"


def opened(names: Sequence[str], corpus: Corpus, folder: Path, stack: ExitStack) -> tuple[list[Hand], dict[str, Found]]:
    """The stores, each opened with nothing of it in memory, and how long that took."""
    hands, found = [], {}
    for name in names:
        hand = stack.enter_context(Hand(name, corpus, folder / name))
        found[name] = hand.call("open")
        hands.append(hand)
    return hands, found


def asked(hands: Sequence[Hand], corpus: Corpus, amounts: Amounts, say: Callable[[str], None]) -> Found:
    """Curves, k = 10 and 100, filters and threads, all warm.

    The queries that measure the stores choose their efforts, too: on others a store that needs twice the time seemed to
    find as much, as they had missed too few neighbours to tell.
    """
    plain = measured(amounts)
    fewer = plain[: amounts.fewer]
    for hand in hands:
        efforts = hand.call("efforts")
        hand.call("warm", count=amounts.warming, effort=efforts[len(efforts) // 2])
    found: Found = {"curves": {}, "asked": {}}
    chosen = _tuned(hands, "", 10, WANTED, plain, found["curves"])
    say(f"tuned: {chosen}")
    found["asked"]["k=10"] = interleaved(_turns(hands, chosen), "", 10, plain)
    deep = _tuned(hands, "", 100, WANTED, fewer)
    found["asked"]["k=100"] = interleaved(_turns(hands, deep), "", 100, fewer)
    able = [hand for hand in hands if BY_NAME[hand.name].keeps]
    for name in corpus.filters[1:]:
        say(f"filter {name}")
        tuned = _tuned(able, name, 10, WANTED_FILTERED, fewer)
        found["asked"][name] = interleaved(_turns(able, tuned), name, 10, fewer)
    found["threads"] = {
        hand.name: {
            str(count): hand.call("threads", count=count, seconds=amounts.threads_s, effort=chosen[hand.name])
            for count in THREADS
        }
        for hand in hands
    }
    return found


def measured(amounts: Amounts) -> range:
    """The numbers of the queries that measure: those that warm a store up come before them."""
    return range(WARM_UP, WARM_UP + amounts.plain)


def _tuned(
    hands: Sequence[Hand], filter: str, k: int, least: float, numbers: range, curves: Found | None = None
) -> dict[str, Effort]:
    """The cheapest effort of each that finds as much as Sensorium, and ``least``; the curves are told to ``curves``."""
    efforts: dict[str, Effort] = {}
    wanted = least
    for hand in sorted(hands, key=lambda one: one.name != "sensorium"):
        points = sweep(hand, filter, k, wanted, numbers)
        if hand.name == "sensorium":
            wanted = max(least, points[0]["recall"])
        efforts[hand.name] = enough(points, wanted)["effort"]
        if curves is not None:
            curves[hand.name] = points
    return efforts


def _turns(hands: Sequence[Hand], chosen: dict[str, Effort]) -> list[Turn]:
    turns = [Turn(hand.name, hand, chosen[hand.name]) for hand in hands]
    turns += [Turn(WITH_METADATA, hand, {"with_metadata": 1}) for hand in hands if hand.name == "sensorium"]
    return turns


def fresh(
    names: Sequence[str], corpus: Corpus, spare: Path, amounts: Amounts, say: Callable[[str], None]
) -> dict[str, Found]:
    """New stores of the first rows, one after the other: batches, then the index; in the end single puts in turns.

    They are filled some times in all, of which the median counts, and indexed the last time.
    """
    rows = min(amounts.fresh_rows, corpus.rows)
    found: dict[str, Found] = {name: {"rows": rows, "ms": []} for name in names}
    with tempfile.TemporaryDirectory(dir=spare) as folder, ExitStack() as stack:
        taken: dict[str, list[Found]] = {name: [] for name in names}
        for number, name in product(range(FRESH_TIMES - 1), names):
            with Hand(name, corpus, _new(folder, f"{name}-{number}")) as hand:
                taken[name].append(_filled(hand, rows))
                hand.call("close")
        hands = []
        for name in names:
            hand = stack.enter_context(Hand(name, corpus, _new(folder, name)))
            taken[name].append(_filled(hand, rows))
            found[name] |= sorted(taken[name], key=lambda one: one["seconds"] + one["flush_s"])[FRESH_TIMES // 2]
            found[name]["build"] = hand.call("build")
            say(f"fresh {name}: {found[name]}")
            hands.append(hand)
        putting = [hand for hand in hands if BY_NAME[hand.name].keeps]
        for start in range(0, min(amounts.puts, rows), PUTS_BLOCK):
            for hand in putting:
                found[hand.name]["ms"] += hand.call("puts", numbers=list(range(start, min(start + PUTS_BLOCK, rows))))
        for hand in hands:
            hand.call("close")
    return {name: {**one, **(summary([one]) if one["ms"] else {})} for name, one in found.items()}


def _new(folder: str, name: str) -> Path:
    path = Path(folder) / name
    path.mkdir()
    return path


def _filled(hand: Hand, rows: int) -> Found:
    """What it takes to put the first rows into a new store."""
    hand.call("create")
    starts = range(0, rows, FRESH_BLOCK)
    return total(hand.call("add", start=start, count=min(FRESH_BLOCK, rows - start)) for start in starts)


def churned(corpus: Corpus, folder: Path, amounts: Amounts, quiet: Hand, say: Callable[[str], None]) -> Found:
    """A copy of Sensorium's store after rounds of upserts, beside the store as it was built, in turns."""
    plain = measured(amounts)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        copy = Path(name) / "sensorium"
        shutil.copytree(folder / "sensorium", copy)
        with Hand("sensorium", corpus, copy) as hand:
            hand.call("open")
            taken = [hand.call("churn", round=number, share=SHARE) for number in range(amounts.rounds)]
            rate = amounts.rounds * SHARE * corpus.rows / sum(one["seconds"] for one in taken)
            say(f"churned at {rate:,.0f} vectors/s")
            hand.call("settle")
            turns = [Turn("churned", hand, {"with_metadata": 0}), Turn("fresh", quiet, {"with_metadata": 0})]
            found: Found = {"rate": rate, **interleaved(turns, "", 10, plain)}
            asked = Asked("", 10, list(plain), {"with_metadata": 0})
            before = hand.call("ask", asked=asked)
            during = hand.call("while_building", asked=asked)
            found["building"] = {"quiet": summary([before]), "busy": summary([during])}
            found["building"] |= {"build_s": during["build_s"], "asked": len(during["ms"])}
            found["size"] = hand.call("size")
            hand.call("close")
    return found
