"""A reader that was exported, as weights to go on learning from: the way back from ``rag/models/embedding/int8.py``.

What the 8 bits rounded away is gone; the rest is what it was, so that a reader learns on from the file that is shipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PRODUCTS = ("MatMulIntegerToFloat", "DynamicQuantizeMatMul")
"""Where weights are multiplied: of a layer query, key, value and output of attention, then the two of the feed-forward
part."""


def weights_of(file: Path, layers: int) -> dict[str, Any]:
    """The state of an ``evals.train.learning.model`` with so many layers, from the ``model.onnx`` it was exported to.

    Raises ``ValueError`` where the graph is not of the form that is exported.
    """
    import numpy as np
    import onnx
    import torch
    from onnx import numpy_helper

    graph = onnx.load(str(file)).graph
    constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    norms = [node for node in graph.node if node.op_type == "LayerNormalization"]
    products = [node for node in graph.node if node.op_type in PRODUCTS]
    smooth = [constants[n.input[1]] for n in graph.node if n.op_type == "Mul" and _is_row(constants, n)]
    tables = [constants[n.input[0]] for n in graph.node if n.op_type == "Gather"]
    places = next((constants[n.input[0]] for n in graph.node if n.op_type == "Slice"), None)
    last, bias = graph.node[-3:-1]
    if len(products) != 6 * layers or len(norms) != 1 + 2 * layers or len(smooth) != 2 * layers or places is None:
        raise ValueError(f"{file} is no reader of {layers} layers")

    words, word_scale, types = tables
    found = {
        "bert.embeddings.word_embeddings.weight": words.astype(np.float32) * word_scale,
        "bert.embeddings.position_embeddings.weight": places,
        "bert.embeddings.token_type_embeddings.weight": types,
        "head.weight": constants[last.input[1]].T,
        "head.bias": constants[bias.input[1]],
    }
    names = ["bert.embeddings.LayerNorm"]
    for n in range(layers):
        layer = f"bert.encoder.layer.{n}"
        names += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        q, k, v, out, inner, outer = products[6 * n : 6 * n + 6]
        for part, node, divided in (
            ("attention.self.query", q, smooth[2 * n]),
            ("attention.self.key", k, smooth[2 * n]),
            ("attention.self.value", v, smooth[2 * n]),
            ("attention.output.dense", out, None),
            ("intermediate.dense", inner, smooth[2 * n + 1]),
            ("output.dense", outer, None),
        ):
            weight = _weight(constants, node)
            found[f"{layer}.{part}.weight"] = (weight if divided is None else weight * divided[:, None]).T
            found[f"{layer}.{part}.bias"] = constants[_bias(graph, node)]
    for name, node in zip(names, norms, strict=True):
        found[f"{name}.weight"], found[f"{name}.bias"] = constants[node.input[1]], constants[node.input[2]]
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def _is_row(constants: dict[str, Any], node: Any) -> bool:
    return len(node.input) > 1 and node.input[1] in constants and constants[node.input[1]].ndim == 1


def _weight(constants: dict[str, Any], node: Any) -> Any:
    """Of shape (in, out), before the input was scaled."""
    scale = node.input[3] if node.op_type == "MatMulIntegerToFloat" else node.input[2]
    return constants[node.input[1]].astype("float32") * constants[scale]


def _bias(graph: Any, node: Any) -> str:
    """The name of what is added to a product: a part of it, or the next sum with a constant."""
    if node.op_type == "DynamicQuantizeMatMul":
        return str(node.input[4])
    if len(node.input) > 6:
        return str(node.input[6])
    out = node.output[0]
    for user in graph.node:
        if out in user.input:
            if user.op_type == "Add":
                return str(user.input[1])
            out = user.output[0]
    raise ValueError("a product without a bias")
