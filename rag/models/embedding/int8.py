"""An 8-bit ONNX graph of a BERT-like sentence-transformers model: three times as fast, nearly the same vectors.

The exporting process (``rag/models/embedding/export.py``) builds it; it is used only where its vectors agree with the
original's. All products with weights are of 8-bit integers, with one scale for each column of the weights. What is
multiplied is:

- the output of a layer norm, with one scale for the whole text. A few channels of it are many times larger than the
  rest and would leave the others a handful of levels, so channels are first brought nearer to each other and the
  weights scaled against it (SmoothQuant: Xiao et al., ICML 2023, equation 4);
- what comes out of GELU, with one scale for each token, for tokens differ widely there. GELU never falls below -0.17,
  so the scale follows from the largest value of the token alone.

Attention, layer norms and pooling stay in float32, the table of word vectors is kept in float16. The graph takes one
text without padding, so a text's vector does not depend on what else is embedded beside it, not in the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.graph import IR_VERSION, MICROSOFT, WEIGHT_LEVELS, Graph, in_columns

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Floats = NDArray[np.float32]

GRAPH_VERSION = 1  # changes whenever the same model would get other vectors; part of their digest

OPSET = 17
SMOOTHING = 0.65  # how far channels are brought together, 0 to 1; .5 and .8 gave the same cosine within .0002
GELU_LOWEST = 0.17  # below zero
ROW_FLOOR = 1.0  # no token's scale is made for less than this, so that GELU's negative part always fits


def int8_graph(model: SentenceTransformer, probe: Sequence[str]) -> onnx.ModelProto:
    """From ``input_ids``, int64 of shape (1, tokens), to ``vectors``, float32 of shape (1, dimension), unit length.

    ``probe`` are texts that show how large each channel gets. Raises ``ValueError`` for models that are not BERT with
    GELU, then the mean of all tokens or the first one.
    """
    bert, pooling = _parts(model)

    def read() -> None:
        for text in probe:  # one by one: padding is no text
            model.encode([text], show_progress_bar=False)

    graph, x = _layers(bert, read, pairs=False)
    if pooling == "mean":
        x = graph.add("ReduceMean", x, axes=[1], keepdims=0)
    else:
        x = graph.add("Gather", x, graph.constant(0, np.int64), axis=1)
    x = graph.add("LpNormalization", x, axis=1, p=2)
    return graph.model(x, ["input_ids"], "vectors", [1, int(bert.config.hidden_size)])


def token_graph(bert: Any, weight: Floats, bias: Floats, read: Callable[[], None]) -> onnx.ModelProto:
    """From ``input_ids`` and ``token_type_ids``, int64 (1, tokens), to ``logits``, float32 (1, tokens, outputs).

    ``bert`` is a BertModel of transformers; ``weight`` of shape (hidden, outputs) and ``bias`` are a linear layer on
    top of it. ``read`` sends some texts through ``bert``, to show how large each channel gets.
    """
    graph, x = _layers(bert, read, pairs=True)
    x = graph.add("Add", graph.add("MatMul", x, graph.constant(weight)), graph.constant(bias))
    return graph.model(x, ["input_ids", "token_type_ids"], "logits", [1, "tokens", int(weight.shape[1])])


def _layers(bert: Any, read: Callable[[], None], *, pairs: bool) -> tuple[_Graph, str]:
    """A graph with everything of a BERT but what is on top of it, and the name of its last output."""
    largest = _largest(bert, read)
    config = bert.config
    graph = _Graph(float(config.layer_norm_eps))
    x = graph.embeddings(bert.embeddings, pairs=pairs)
    for layer, sizes in zip(bert.encoder.layer, largest, strict=True):
        x = graph.attention(x, layer.attention, sizes[0], int(config.num_attention_heads))
        x = graph.feed_forward(x, layer, sizes[1])
    return graph, x


def _parts(model: SentenceTransformer) -> tuple[Any, str]:
    """The BERT of a model and how it pools; ``ValueError`` for what this file does not know."""
    modules = [type(module).__name__ for module in model]
    if modules not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or model.truncate_dim:
        raise ValueError(f"no 8-bit graph is known for {', '.join(modules)}")
    bert: Any = model[0].auto_model
    pooling = str(model[1].pooling_mode)
    config = bert.config
    positions = getattr(config, "position_embedding_type", None) or "absolute"
    traits = (type(bert).__name__, config.hidden_act, positions, pooling)
    if traits[:3] != ("BertModel", "gelu", "absolute") or config.is_decoder or pooling not in ("mean", "cls"):
        raise ValueError(f"no 8-bit graph is known for {', '.join(map(str, traits))}")
    return bert, pooling


def _largest(bert: Any, read: Callable[[], None]) -> list[tuple[Floats, Floats]]:
    """For each layer the largest size of each channel of what goes into attention and into the feed-forward part.

    ``read`` sends texts through ``bert``.
    """
    seen: dict[Any, Any] = {}

    def note(module: Any, inputs: tuple[Any, ...]) -> None:
        sizes = inputs[0].detach().abs().flatten(0, -2).amax(0)
        seen[module] = sizes.maximum(seen[module]) if module in seen else sizes

    taps = [(layer.attention.self.query, layer.intermediate.dense) for layer in bert.encoder.layer]
    hooks = [module.register_forward_pre_hook(note) for pair in taps for module in pair]
    try:
        read()
    finally:
        for hook in hooks:
            hook.remove()
    return [(seen[first].numpy(), seen[second].numpy()) for first, second in taps]


class _Graph(Graph):
    def __init__(self, epsilon: float) -> None:
        super().__init__()
        self._epsilon = epsilon

    # -- the parts of BERT, in the order of a text's way --------------------------------------------------------------

    def embeddings(self, module: Any, *, pairs: bool) -> str:
        """Ids to what the first layer reads. Without ``pairs`` all tokens are of the first type.

        A graph for pairs is shipped as a file: its table of word vectors is in 8 bits, with a scale for each word.
        """
        from onnx import TensorProto

        words = _array(module.word_embeddings.weight)
        places, types = _array(module.position_embeddings.weight), _array(module.token_type_embeddings.weight)
        zero = self.constant([0], np.int64)
        length = self.add("Shape", "input_ids", start=1, end=2)
        if pairs:
            scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / WEIGHT_LEVELS  # of each word
            table = self.constant(np.rint(words / scale).astype(np.int8))
            x = self.add("Cast", self.add("Gather", table, "input_ids"), to=TensorProto.FLOAT)
            x = self.add("Mul", x, self.add("Gather", self.constant(scale.astype(np.float32)), "input_ids"))
            x = self.add("Add", x, self.add("Gather", self.constant(types), "token_type_ids"))
        else:
            places = places + types[0]
            table = self.constant(words.astype(np.float16))
            x = self.add("Cast", self.add("Gather", table, "input_ids"), to=TensorProto.FLOAT)
        x = self.add("Add", x, self.add("Slice", self.constant(places), zero, length, zero))
        return self._norm(x, module.LayerNorm)

    def attention(self, x: str, module: Any, largest: Floats, heads: int) -> str:
        linears = [module.self.query, module.self.key, module.self.value]
        weights = [_weights(linear) for linear in linears]
        scale = _smoothing(largest, np.concatenate(weights, axis=1))
        rows, row_scale, zero = self.add_all("DynamicQuantizeLinear", 3, self.add("Mul", x, self.constant(1 / scale)))
        inputs = []
        for linear, weight in zip(linears, weights, strict=True):
            columns, column_scale = self._columns(weight * scale[:, None])
            bias = self.constant(_array(linear.bias))
            operands = (rows, columns, row_scale, column_scale, zero, "", bias)
            inputs.append(self.add("MatMulIntegerToFloat", *operands, domain=MICROSOFT))
        seen = self.add("MultiHeadAttention", *inputs, domain=MICROSOFT, num_heads=heads)
        out = self._dynamic(seen, _weights(module.output.dense), module.output.dense.bias)
        return self._norm(self.add("Add", x, out), module.output.LayerNorm)

    def feed_forward(self, x: str, layer: Any, largest: Floats) -> str:
        dense = layer.intermediate.dense
        weight = _weights(dense)
        scale = _smoothing(largest, weight)
        smooth = self.add("Mul", x, self.constant(1 / scale))
        inner = self.add("Gelu", self._dynamic(smooth, weight * scale[:, None], dense.bias), domain=MICROSOFT)

        inner = self.add("Squeeze", inner, self.constant([0], np.int64))  # (tokens, channels)
        top = self.add("Max", self.add("ReduceMax", inner, axes=[1], keepdims=0), self.constant(ROW_FLOOR, np.float32))
        span = 1 + GELU_LOWEST / ROW_FLOOR  # of a token's values, in units of its largest
        row_scale = self.add("Mul", top, self.constant(span / 255, np.float32))
        zero = self.constant(round((span - 1) / span * 255), np.uint8)
        zeros = self.add("Expand", zero, self.add("Shape", row_scale))
        rows = self.add("QuantizeLinear", inner, row_scale, zeros, axis=0)
        columns, column_scale = self._columns(_weights(layer.output.dense))
        one = self.constant(1, np.float32)
        out = self.add("MatMulIntegerToFloat", rows, columns, one, column_scale, zero, domain=MICROSOFT)
        out = self.add("Mul", out, self.add("Unsqueeze", row_scale, self.constant([1], np.int64)))
        out = self.add("Add", out, self.constant(_array(layer.output.dense.bias)))
        return self._norm(self.add("Add", x, out), layer.output.LayerNorm)

    def _norm(self, x: str, module: Any) -> str:
        # onnxruntime's SkipLayerNormalization, which would take in the sum before it, needs five times as long
        weight, bias = self.constant(_array(module.weight)), self.constant(_array(module.bias))
        return self.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=self._epsilon)

    def _dynamic(self, x: str, weight: Floats, bias: Any) -> str:
        columns, scale = self._columns(weight)
        operands = (x, columns, scale, "", self.constant(_array(bias)))
        return self.add("DynamicQuantizeMatMul", *operands, domain=MICROSOFT)

    def _columns(self, weight: Floats) -> tuple[str, str]:
        """Weights of shape (in, out) as 8-bit integers around zero, and the scale of each column."""
        whole, scale = in_columns(weight)
        return self.constant(whole), self.constant(scale)

    # -- the graph itself -----------------------------------------------------------------------------------------

    def model(self, x: str, inputs: Sequence[str], output: str, shape: Sequence[int | str]) -> onnx.ModelProto:
        """The graph of what was added, with ``x`` under the name ``output``."""
        from onnx import TensorProto, helper

        self.nodes.append(helper.make_node("Identity", [x], [output]))
        graph = helper.make_graph(
            self.nodes,
            "int8",
            [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"]) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="rag")


def _smoothing(largest: Floats, weight: Floats) -> Any:
    """What each channel is divided by, and its weights multiplied: shape (channels,).

    SmoothQuant's max|X_j|^a / max|W_j|^(1 - a) with a = ``SMOOTHING``.
    """
    sizes, weights = np.maximum(largest, 1e-5), np.maximum(np.abs(weight).max(axis=1), 1e-5)
    return (sizes**SMOOTHING / weights ** (1 - SMOOTHING)).astype(np.float32)


def _weights(linear: Any) -> Any:
    """Shape (in, out), as on the right of a product."""
    return _array(linear.weight).T


def _array(tensor: Any) -> Any:
    return tensor.detach().numpy()
