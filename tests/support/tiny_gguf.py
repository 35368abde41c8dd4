"""A tiny language model in a GGUF file, and a second, plain way to run it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HIDDEN, INNER, LAYERS, HEADS, KV_HEADS = 96, 160, 3, 6, 2
HEAD = HIDDEN // HEADS
EPSILON, BASE = 1e-6, 10_000.0
START, END = "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_gguf(path: Path, architecture: str = "qwen2", seed: int = 3) -> dict[str, Floats]:
    """Write a random model into ``path``; its weights, by name. A few channels are far larger than the rest, as in
    real ones."""
    import gguf
    from tokenizers.pre_tokenizers import ByteLevel

    random = np.random.default_rng(seed)
    tokens = [*sorted(ByteLevel.alphabet()), "th", "the", "\u0120the", "\u0120t", START, END]
    merges = ["t h", "th e", "\u0120t h", "\u0120th e", "\u0120 t"]
    tokens.insert(-2, "\u0120th")
    control = 3
    kinds = [control if token in (START, END) else 1 for token in tokens]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_freq_base(BASE)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(tokens.index(END))
    writer.add_chat_template(TEMPLATE)
    width = KV_HEADS * HEAD

    def matrix(rows: int, columns: int) -> Floats:
        return np.asarray(random.normal(size=(rows, columns)) / np.sqrt(columns), np.float32)

    loud = np.ones(HIDDEN, np.float32)
    loud[[5, 40]] = 30
    weights = {
        "token_embd.weight": matrix(len(tokens), HIDDEN) * loud,
        "output.weight": matrix(len(tokens), HIDDEN) * 4,
        "output_norm.weight": random.uniform(0.5, 2, HIDDEN).astype(np.float32),
    }
    for i in range(LAYERS):
        weights |= {
            f"blk.{i}.attn_norm.weight": random.uniform(0.5, 2, HIDDEN).astype(np.float32),
            f"blk.{i}.ffn_norm.weight": random.uniform(0.5, 2, HIDDEN).astype(np.float32),
            f"blk.{i}.attn_q.weight": matrix(HIDDEN, HIDDEN),
            f"blk.{i}.attn_k.weight": matrix(width, HIDDEN),
            f"blk.{i}.attn_v.weight": matrix(width, HIDDEN),
            f"blk.{i}.attn_q.bias": random.normal(size=HIDDEN).astype(np.float32),
            f"blk.{i}.attn_k.bias": random.normal(size=width).astype(np.float32),
            f"blk.{i}.attn_v.bias": random.normal(size=width).astype(np.float32),
            f"blk.{i}.attn_output.weight": matrix(HIDDEN, HIDDEN) * 3,
            f"blk.{i}.ffn_gate.weight": matrix(INNER, HIDDEN),
            f"blk.{i}.ffn_up.weight": matrix(INNER, HIDDEN),
            f"blk.{i}.ffn_down.weight": matrix(HIDDEN, INNER) * 3,
        }
    for name, value in weights.items():
        writer.add_tensor(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return weights


def taking(into: list[Any]) -> Callable[[Any], bool]:
    """A callback that keeps what it is called with, and never stops anything."""

    def take(value: Any) -> bool:
        into.append(value)
        return False

    return take


def reference_logits(weights: dict[str, Floats], tokens: list[int], layers: int = LAYERS) -> Floats:
    """The logits after each token, computed as the papers say: Qwen 2, rotary embeddings, grouped queries, SwiGLU.

    With fewer ``layers`` what these have made of each token, shape (tokens, hidden).
    """

    def norm(x: Any, gain: Any) -> Any:
        return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON) * gain

    def turned(x: Any) -> Any:  # (heads, tokens, head)
        angles = np.arange(x.shape[1])[:, None] / BASE ** (np.arange(0, HEAD, 2) / HEAD)
        one, two = x[..., : HEAD // 2], x[..., HEAD // 2 :]
        return np.concatenate(
            [one * np.cos(angles) - two * np.sin(angles), two * np.cos(angles) + one * np.sin(angles)], -1
        )

    def heads(x: Any, number: int) -> Any:
        return x.reshape(len(x), number, HEAD).transpose(1, 0, 2)

    x = weights["token_embd.weight"][tokens].astype(np.float64)
    hidden = np.triu(np.full((len(tokens), len(tokens)), -np.inf), 1)
    for i in range(layers):

        def linear(value: Any, name: str, block: str = f"blk.{i}") -> Any:
            return value @ weights[f"{block}.{name}.weight"].T + weights.get(f"{block}.{name}.bias", 0)

        seen = norm(x, weights[f"blk.{i}.attn_norm.weight"])
        q = turned(heads(linear(seen, "attn_q"), HEADS))
        k, v = turned(heads(linear(seen, "attn_k"), KV_HEADS)), heads(linear(seen, "attn_v"), KV_HEADS)
        k, v = (np.repeat(part, HEADS // KV_HEADS, axis=0) for part in (k, v))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(HEAD) + hidden
        chances = np.exp(scores - scores.max(axis=-1, keepdims=True))
        chances /= chances.sum(axis=-1, keepdims=True)
        x = x + linear((chances @ v).transpose(1, 0, 2).reshape(len(tokens), HIDDEN), "attn_output")
        seen = norm(x, weights[f"blk.{i}.ffn_norm.weight"])
        gate = linear(seen, "ffn_gate")
        x = x + linear(gate / (1 + np.exp(-gate)) * linear(seen, "ffn_up"), "ffn_down")
    logits: Floats = norm(x, weights["output_norm.weight"]) @ weights["output.weight"].T
    states: Floats = x.astype(np.float32)
    return logits if layers == LAYERS else states
