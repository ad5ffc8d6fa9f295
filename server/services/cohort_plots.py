"""The report of a run as drawings, SVG without scripts. Made by the worker alone: matplotlib is loaded on first use."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes

_SIZE = (6.4, 4.0)
_INK, _OTHER = "#1f4e79", "#c55a11"


def drawings(report: dict[str, Any]) -> dict[str, str]:
    """Return the drawings of a report, by name: the same report gives the same bytes. Takes about a second."""
    return {name: drawing(name, report) for name in _DRAWN}


def drawing(name: str, report: dict[str, Any]) -> str:
    """Return one drawing of a report."""
    from io import StringIO

    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Ids within an SVG are random unless salted, and the date is written into it unless told not to.
    with rc_context({"svg.hashsalt": "alongside", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        _DRAWN[name](figure.subplots(), report)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _sweep(axes: "Axes", report: dict[str, Any]) -> None:
    points = report["sweep"]
    axes.plot([one["gini"] for one in points], [one["matches"] for one in points], marker="o", color=_INK)
    for one in points:
        axes.annotate(f"alpha {one['alpha']:g}", (one["gini"], one["matches"]), (6, 6), textcoords="offset points")
    axes.set(title="Matches against fairness", xlabel="Gini of exposure per place", ylabel="expected matches")
    axes.grid(visible=True, alpha=0.3)


def _lorenz(axes: "Axes", report: dict[str, Any]) -> None:
    shares = report["lorenz"]
    at = [place / (len(shares) - 1) for place in range(len(shares))]
    axes.plot(at, shares, color=_INK, label="this run")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="all alike")
    axes.set(title="Who is seen", xlabel="share of mentors, least seen first", ylabel="share of what is seen")
    axes.legend()


def _scores(axes: "Axes", report: dict[str, Any]) -> None:
    counts = report["histogram"]
    width = 1 / len(counts)
    axes.bar([place * width for place in range(len(counts))], counts, width, align="edge", color=_INK)
    axes.set(title="Scores of the pairs", xlabel="score", ylabel="pairs")


def _groups(axes: "Axes", report: dict[str, Any]) -> None:
    rows = [(f"{kind}: {one['name']}", one["cover"]) for kind, own in report["groups"].items() for one in own["groups"]]
    axes.barh([name for name, _ in rows], [cover for _, cover in rows], color=_OTHER)
    axes.set(title="Served well, by group", xlabel="share of those who have a feasible mentor", xlim=(0, 1))
    axes.invert_yaxis()


_DRAWN: "Mapping[str, Callable[[Axes, dict[str, Any]], None]]" = {
    "exposure": _lorenz,
    "groups": _groups,
    "matches_and_gini": _sweep,
    "scores": _scores,
}
