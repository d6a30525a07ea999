"""A figure taken as it is written. Plotly checks every property of a figure each time one is built (5 ms for the time
line, more than all queries of the page); our figures are checked once, in their tests, and drawn without."""

from typing import Any

import plotly.graph_objects as go


class PlainFigure(go.Figure):  # type: ignore[misc]
    """A ``go.Figure`` that hands its specification on unchecked and without a template."""

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        # The parent's __init__ would build and check every trace: that is what is left out here.
        self.__dict__["spec"] = {"data": data, "layout": layout}

    def to_dict(self) -> dict[str, Any]:
        """The specification itself."""
        return dict(self.__dict__["spec"])

    def to_plotly_json(self) -> dict[str, Any]:
        """The same, as the encoder asks for it."""
        return self.to_dict()

    def checked(self) -> go.Figure:
        """The same figure with every property checked by Plotly (raises ``ValueError``): for tests."""
        return go.Figure(**self.to_dict())
