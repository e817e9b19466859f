"""Panels as a few words each, and how they become a dashboard of Grafana."""

import json
from dataclasses import dataclass
from typing import Literal

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import ReduceDataOptions, VizLegendOptions
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import DataSourceRef, LegendDisplayMode, LegendPlacement

SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")

# How wide a panel is, of 24.
_WIDTHS = {"number": 4, "curve": 8}
_HEIGHTS = {"number": 4, "curve": 8}


@dataclass(frozen=True)
class Panel:
    """`queries` are expressions by legend. `only` says when there is data, where that is not always."""

    title: str
    about: str
    unit: str
    queries: dict[str, str]
    kind: Literal["curve", "number"] = "curve"
    only: Literal["in trouble", "with mail", "with webhooks"] | None = None


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """One dashboard; its name is that of its file and of its address."""

    name: str
    title: str
    rows: tuple[Row, ...]

    @property
    def panels(self) -> list[Panel]:
        return [panel for row in self.rows for panel in row.panels]


def number(title: str, about: str, unit: str, query: str) -> Panel:
    """One value, as it is now."""
    return Panel(title, about, unit, {"": query}, "number")


def by(labels: str, metric: str, *, window: str = "$__rate_interval", more: str = "") -> str:
    """How many a second, by these labels."""
    return f"sum by ({labels}) (rate({metric}{more}[{window}]))"


def quantile(share: float, histogram: str, *, labels: str = "") -> str:
    """So many of the observations were below it."""
    kept = f"{labels}, le" if labels else "le"
    return f"histogram_quantile({share}, sum by ({kept}) (rate({histogram}_bucket[$__rate_interval])))"


def as_json(board: Board) -> str:
    """What Grafana's provisioning reads."""
    builder = (
        dashboard.Dashboard(board.title)
        .uid(f"ingestio-{board.name}")
        .tags(["ingestio"])
        .refresh("30s")
        .time("now-3h", "now")
        .timezone("browser")
        .readonly()
    )
    for row in board.rows:
        builder.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            builder.with_panel(_number(panel) if panel.kind == "number" else _curve(panel))
    return json.dumps(builder.build(), cls=JSONEncoder, indent=1, sort_keys=True) + "\n"


def _curve(panel: Panel) -> timeseries.Panel:
    about = f"{panel.about} There is data only {panel.only}." if panel.only else panel.about
    built = (
        timeseries.Panel()
        .title(panel.title)
        .description(about)
        .unit(panel.unit)
        .min(0)
        .fill_opacity(8)
        .datasource(SOURCE)
        .legend(
            VizLegendOptions()
            .show_legend(True)
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .calcs([])
        )
        .height(_HEIGHTS[panel.kind])
        .span(_WIDTHS[panel.kind])
    )
    for target in _targets(panel):
        built.with_target(target)
    return built


def _number(panel: Panel) -> stat.Panel:
    built = (
        stat.Panel()
        .title(panel.title)
        .description(panel.about)
        .unit(panel.unit)
        .decimals(2)
        .datasource(SOURCE)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .height(_HEIGHTS[panel.kind])
        .span(_WIDTHS[panel.kind])
    )
    for target in _targets(panel):
        built.with_target(target)
    return built


def _targets(panel: Panel) -> list[prometheus.Dataquery]:
    return [
        prometheus.Dataquery().datasource(SOURCE).ref_id(chr(ord("A") + place)).expr(expr).legend_format(legend).range()
        for place, (legend, expr) in enumerate(panel.queries.items())
    ]
