"""The graph of a decoder in 8 bits: embeddings of some tokens in, logits and their keys and values out.

All products with weights are of 8-bit integers: weights with one scale for each output, activations with one for each
token. Between them the numbers are rotated (:mod:`rag.models.llm.int8.rotation`). Attention and norms stay in float32.

Inputs: ``embeddings`` float32 (tokens, hidden), already rotated; ``rows`` int64, the tokens whose logits are wanted;
``last`` int32 (1,), the place of the last token in the whole text, and ``total`` int32 (), one more than that;
``past_k0``, ``past_v0`` ... float32 (1, heads, room, head); the outputs ``present_k0`` ... are to be bound to the same.
Outputs ``logits`` float32 (rows, vocabulary), and ``inner`` float32 (tokens, hidden), what two thirds of the layers
have made of each token, rotated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.graph import IR_VERSION, MICROSOFT, TINY, Columns, Graph, in_columns
from rag.models.llm.embedded import CONTEXT
from rag.models.llm.int8.gguf_file import ALL, GgufFile
from rag.models.llm.int8.rotation import Rotation, hadamard
from rag.models.llm.int8.weights_file import WeightsFile

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DECODER_VERSION = 4  # changes whenever the same file would give other outputs

OPSET = 21

LEVELS = {"wide": 127, "narrow": 63}
"""Levels of an activation on each side of zero. Where a processor adds two products of 8-bit numbers in 16 bits, only
the narrow ones cannot overflow: 2 * 127 * 127 < 2 ** 15."""


def inner_layer(layers: int) -> int:
    """The layer behind which ``inner`` is taken, from 1: the 18th of 28 told right answers from wrong ones best
    (docs/experiments.md)."""
    return max(1, round(layers * 18 / 28))


class DecoderGraph(Graph):
    """Layer by layer, so that whoever makes it can tell how far it is, and go on after having been stopped."""

    def __init__(self, source: GgufFile, weights: WeightsFile) -> None:
        super().__init__()
        self._source = source
        self._weights = weights
        self._rotation = Rotation(source.hidden)
        self._head = source.hidden // source.heads
        self._turn = hadamard(self._head)  # of what attention gives out, for each head
        self._one = self.constant(1, np.float32)
        self._first = self.constant([0], np.int64)
        self._second = self.constant([1], np.int64)
        self._tiny = self.constant(TINY, np.float32)
        self._step = "step"  # one level, as a share of the largest
        self._zero = "zero"  # the level of zero
        self._ones = self.constant(np.ones(source.hidden, np.float32))
        angles = np.arange(CONTEXT)[:, None] / source.rope_base ** (np.arange(0, self._head, 2) / self._head)
        self._cos = self._stored(lambda: np.cos(angles).astype(np.float32), np.float32, *angles.shape)
        self._sin = self._stored(lambda: np.sin(angles).astype(np.float32), np.float32, *angles.shape)

    def layer(self, i: int, x: str) -> str:
        """One layer, from and to the sum that all layers add to."""
        return self._feed_forward(f"blk.{i}", self._attention(i, x))

    def _attention(self, i: int, x: str) -> str:
        source, block = self._source, f"blk.{i}"
        width = source.kv_heads * self._head

        def projections() -> Columns:
            parts = [self._entering(f"{block}.attn_{part}.weight", f"{block}.attn_norm.weight") for part in "qk"]
            values = source.weights(f"{block}.attn_v.weight") * source.weights(f"{block}.attn_norm.weight")
            turned = (self._turn @ values.reshape(source.kv_heads, self._head, -1)).reshape(width, -1)
            parts.append(in_columns(self._rotation.rows(turned).T))
            return np.concatenate([p[0] for p in parts], axis=1), np.concatenate([p[1] for p in parts])

        q, k, v = (source.weights(f"{block}.attn_{part}.bias") for part in "qkv")
        bias = np.concatenate([q, k, (v.reshape(source.kv_heads, self._head) @ self._turn).reshape(-1)])
        levels, scale = self._levels(self._norm(x))
        mixed = self._product(levels, projections, source.hidden, source.hidden + 2 * width)
        mixed = self.add("Add", self.add("Mul", mixed, scale), self.constant(bias))
        seen = f"seen{i}"
        self.add_named(
            "GroupQueryAttention",
            [seen, f"present_k{i}", f"present_v{i}"],
            *(self.add("Unsqueeze", mixed, self._first), "", "", f"past_k{i}", f"past_v{i}"),
            *("last", "total", self._cos, self._sin),
            domain=MICROSOFT,
            num_heads=source.heads,
            kv_num_heads=source.kv_heads,
            do_rotary=1,
        )

        def output() -> Columns:
            weight = source.weights(f"{block}.attn_output.weight").T.reshape(source.heads, self._head, -1)
            return in_columns(self._rotation.rows((self._turn @ weight).reshape(source.hidden, -1)))

        seen = self.add("Squeeze", seen, self._first)
        if i + 1 == source.layers:  # behind the last attention no token needs to know of another
            x, seen = (self.add("Gather", tensor, "rows", axis=0) for tensor in (x, seen))
        levels, scale = self._levels(seen)
        out = self._product(levels, output, source.hidden, source.hidden)
        return self.add("Add", x, self.add("Mul", out, scale))

    def _feed_forward(self, block: str, x: str) -> str:
        source, norm = self._source, f"{block}.ffn_norm.weight"
        levels, scale = self._levels(self._norm(x))

        def entering(name: str) -> str:
            weight = f"{block}.{name}.weight"
            return self._product(levels, lambda: self._entering(weight, norm), source.hidden, source.inner)

        gate, up = entering("ffn_gate"), entering("ffn_up")
        gate = self.add("QuickGelu", self.add("Mul", gate, scale), domain=MICROSOFT, alpha=1.0)  # x * sigmoid(x)
        # The levels below are the same whatever a token's values are multiplied by, so its scale may wait.
        levels, inner = self._levels(self.add("Mul", gate, up))

        def down() -> Columns:
            return in_columns(self._rotation.rows(np.ascontiguousarray(source.weights(f"{block}.ffn_down.weight").T)))

        out = self._product(levels, down, source.inner, source.hidden)
        return self.add("Add", x, self.add("Mul", self.add("Mul", out, scale), inner))

    def inner(self, x: str) -> None:
        """What a model has in mind of a token is told best by layers that are not yet about the next word."""
        self.add_named("Identity", ["inner"], x)

    def logits(self, x: str) -> None:
        """The words that may come after each of ``rows``."""
        source = self._source
        name = "output.weight" if source.has("output.weight") else "token_embd.weight"
        levels, scale = self._levels(self._norm(x))

        def words(rows: slice) -> str:
            make = partial(self._entering, name, "output_norm.weight", rows)
            return self._product(levels, make, source.hidden, rows.stop - rows.start)

        # In parts, for each is in memory twice while it is loaded.
        out = self.add("Concat", *map(words, source.parts(name)), axis=1)
        self.add_named("Mul", ["logits"], out, scale)

    def model(self, levels: str) -> onnx.ModelProto:
        """The graph of what was added, for activations of ``LEVELS[levels]``."""
        from onnx import TensorProto, helper, numpy_helper

        source, most = self._source, LEVELS[levels]
        real = TensorProto.FLOAT
        cache_shape: list[int | str | None] = [1, source.kv_heads, "room", self._head]
        caches = [f"{part}{i}" for i in range(source.layers) for part in "kv"]
        graph = helper.make_graph(
            self.nodes,
            "decoder",
            [
                helper.make_tensor_value_info("embeddings", real, ["tokens", source.hidden]),
                helper.make_tensor_value_info("rows", TensorProto.INT64, ["rows"]),
                helper.make_tensor_value_info("last", TensorProto.INT32, [1]),
                helper.make_tensor_value_info("total", TensorProto.INT32, []),
                *(helper.make_tensor_value_info(f"past_{name}", real, cache_shape) for name in caches),
            ],
            [
                helper.make_tensor_value_info("logits", real, ["rows", source.vocabulary]),
                helper.make_tensor_value_info("inner", real, ["tokens", source.hidden]),
                *(helper.make_tensor_value_info(f"present_{name}", real, cache_shape) for name in caches),
            ],
            [
                *self.constants,
                numpy_helper.from_array(np.array(1 / most, np.float32), self._step),
                numpy_helper.from_array(np.array(most + 1, np.uint8), self._zero),
            ],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="rag")

    # -- the parts ---------------------------------------------------------------------------------------------------

    def _norm(self, x: str) -> str:
        """Every token brought to one size; the weights of the norm are in the linear layer behind it."""
        epsilon = self._source.epsilon
        return self.add("SimplifiedLayerNormalization", x, self._ones, axis=-1, epsilon=epsilon, stash_type=1)

    def _levels(self, x: str) -> tuple[str, str]:
        """Every token in 8 bits, and what one level of it is worth: shapes (tokens, channels) and (tokens, 1)."""
        largest = self.add("ReduceMax", self.add("Abs", x), self._second, keepdims=0)
        scale = self.add("Max", self.add("Mul", largest, self._step), self._tiny)
        zeros = self.add("Expand", self._zero, self.add("Shape", scale))
        return self.add("QuantizeLinear", x, scale, zeros, axis=0), self.add("Unsqueeze", scale, self._second)

    def _product(self, levels: str, columns: Callable[[], Columns], inputs: int, outputs: int) -> str:
        """With the weights that ``columns`` makes; a token's own scale is still to be multiplied."""
        made = cache(columns)  # for both of its parts, and let go of with them
        whole = self._stored(lambda: made()[0], np.int8, inputs, outputs)
        scale = self._stored(lambda: made()[1], np.float32, outputs)
        operands = (levels, whole, self._one, scale, self._zero)
        return self.add("MatMulIntegerToFloat", *operands, domain=MICROSOFT)

    def _entering(self, name: str, norm: str, rows: slice = ALL) -> Columns:
        """The weights of a linear layer that reads the rotated sum behind a norm, or of some of its outputs."""
        weights = self._source.weights(name, rows) * self._source.weights(norm)
        return in_columns(self._rotation.rows(weights).T)

    def _stored(self, make: Callable[[], Any], kind: type[np.generic], *shape: int) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self._weights.tensor(name, make, np.dtype(kind), shape))
        return name
