"""An ONNX graph under construction: what the makers of graphs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "tuple[NDArray[np.int8], NDArray[np.float32]]"
"""Weights of shape (inputs, outputs) in 8 bits, and what one level of each output is worth."""

IR_VERSION = 10
WEIGHT_LEVELS = 127  # of a weight, on each side of zero
TINY = 1e-12  # no level is worth less

MICROSOFT = "com.microsoft"
"""The domain of onnxruntime's own operators."""


def in_columns(weight: NDArray[np.float32]) -> Columns:
    """Weights of shape (inputs, outputs) as 8-bit integers around zero, with one scale for each output."""
    scale = np.maximum(np.abs(weight).max(axis=0), TINY) / WEIGHT_LEVELS
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


class Graph:
    """Nodes and constants; every method takes and gives names of tensors."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any, kind: type[np.generic] | None = None) -> str:
        """``kind`` is of its numbers, where ``value`` is no array."""
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Appends an operator; the name of its output."""
        return self.add_all(kind, 1, *inputs, domain=domain, **attributes)[0]

    def add_all(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        """Appends an operator of several outputs; their names."""
        names = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        self.add_named(kind, names, *inputs, domain=domain, **attributes)
        return names

    def add_named(self, kind: str, outputs: list[str], *inputs: str, domain: str = "", **attributes: Any) -> None:
        """Appends an operator whose outputs have these names."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
