"""The bars of the built-in model: what is measured, what is asked at least, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One line of the table. `least` and `aim` are in the unit of the measure; `lower` where less is better.

    A line without `least` is shown and not judged.
    """

    name: str
    unit: str
    least: float | None
    aim: float | None
    lower: bool = False
    sizes: bool = True
    """Whether it is measured at every Matryoshka size."""

    def met(self, value: float | None) -> str:
        """The last cell of the line, for the native size."""
        if self.least is None:
            return "not judged"
        if value is None:
            return "not measured"
        return "yes" if (value <= self.least if self.lower else value >= self.least) else "no"


BARS = (
    Bar("flickr8k dev text->image R@1", "%", 19, 24),
    Bar("flickr8k dev text->image R@10", "%", 59, 66),
    Bar("flickr8k dev image->text R@1", "%", 24, 28),
    Bar("flickr8k dev image->text R@10", "%", 62, 68),
    Bar("human Chinese text->image R@10", "%", 42, 50),
    Bar("Arabic text->image R@10", "%", 30, 42),
    Bar("scenes by name (6, dev) top-1", "%", 80, 90),
    Bar("object classes never trained on (40) top-1", "%", 20, 35),
    Bar("sounds by name (dev, the names of all sets at once) top-1", "%", None, None),
    Bar("sounds by name (dev, all classes, each set's own names, mean of 3) top-1", "%", 80, 90),
    Bar("sound classes never trained on (8) top-1", "%", 55, 70),
    Bar("STSb dev Spearman en", "", 73, 78),
    Bar("STSb dev Spearman de", "", 71, 75),
    Bar("STSb dev Spearman zh", "", 70, 74),
    Bar("NTREX held-out X->en R@1, mean of 8", "%", 35, 60),
    Bar("text->page R@5 (100 pages)", "%", 90, 97),
    Bar("256-d: R@10 lost against native", "points", 1.5, 0.5, lower=True, sizes=False),
    Bar("mixed list: modalities in the top 10", "", 3, None),
    Bar("mixed list: queries with a right item", "%", 80, None),
    Bar("texts a second, one thread", "/s", 3000, None, sizes=False),
    Bar("224-px images a second, one thread", "/s", 80, None, sizes=False),
    Bar("audio seconds a second, one thread", "/s", 100, None, sizes=False),
)


def table(measured: dict[int, dict[str, float]]) -> str:
    """Markdown: one line a bar, one column a size (largest first), and whether the native size meets the bar."""
    sizes = sorted(measured, reverse=True)
    head = ["measure", "at least", "aim", *(f"{size}-d" for size in sizes), "met"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for bar in BARS:
        values = [measured[size].get(bar.name) for size in sizes]
        cells = ["" if value is None else f"{value:.1f}" if value < 1000 else f"{value:.0f}" for value in values]
        met = bar.met(values[0] if values else None)
        least = "-" if bar.least is None else f"{'<= ' if bar.lower else ''}{bar.least:g}"
        aim = "-" if bar.aim is None else f"{bar.aim:g}"
        name = f"{bar.name}, {bar.unit}" if bar.unit else bar.name
        lines.append("| " + " | ".join([name, least, aim, *cells, met]) + " |")
    return "\n".join(lines)
