"""A GGUF file as the conversion reads it: its numbers, its weights as floats, its tokenizer.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The package ``gguf`` is llama.cpp's own reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

ARCHITECTURE = "qwen2"
"""The one that is known here: Qwen 2 and 2.5. Its layers: https://arxiv.org/abs/2407.10671, section 2.2."""

PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How the tokenizer called ``qwen2`` cuts a text before it joins bytes."""

CONTROL, WHOLE = 3, 4  # the types of tokens that no text has, and that are one word wherever they stand
ENDS = ("<|im_end|>", "<|endoftext|>")  # end a reply, beside the one that the file names

ALL = slice(None)
ROWS = 16_384  # rows of a matrix that lie in memory as floats at once: 100 MB


class GgufFile:
    """A model in a GGUF file. Raises ``ValueError`` for those that are not known here, ``OSError`` for no file."""

    def __init__(self, path: Path) -> None:
        import gguf

        self._dequantize = gguf.quants.dequantize
        self._file = gguf.GGUFReader(path)
        self._tensors = {tensor.name: tensor for tensor in self._file.tensors}
        kind = (self.field("general.architecture"), self.field("tokenizer.ggml.pre", ""))
        if kind != (ARCHITECTURE, ARCHITECTURE):
            raise ValueError(f"no 8-bit graph is known for models of the kind {kind[0]}, tokenizer {kind[1]}")
        self.layers = int(self.number("block_count"))
        self.hidden = int(self.number("embedding_length"))
        self.inner = int(self.number("feed_forward_length"))
        self.heads = int(self.number("attention.head_count"))
        self.kv_heads = int(self.number("attention.head_count_kv"))
        self.epsilon = float(self.number("attention.layer_norm_rms_epsilon"))
        self.rope_base = float(self.number("rope.freq_base"))
        self.vocabulary = int(self._tensors["token_embd.weight"].data.shape[0])

    def field(self, name: str, default: Any = None) -> Any:
        found = self._file.get_field(name)
        if found is None and default is None:
            raise ValueError(f"the file does not say its {name}")
        return default if found is None else found.contents()

    def number(self, name: str) -> Any:
        """A number of the architecture."""
        return self.field(f"{ARCHITECTURE}.{name}")

    def has(self, name: str) -> bool:
        return name in self._tensors

    def parts(self, name: str) -> list[slice]:
        """The rows of a tensor, :data:`ROWS` at a time."""
        end = len(self._tensors[name].data)
        return [slice(start, min(start + ROWS, end)) for start in range(0, end, ROWS)]

    def weights(self, name: str, rows: slice = ALL) -> Floats:
        """A tensor or some of its rows: of a linear layer, shape (outputs, inputs)."""
        tensor = self._tensors[name]
        return np.ascontiguousarray(self._dequantize(tensor.data[rows], tensor.tensor_type), np.float32)

    def tokenizer(self) -> Any:
        """As ``tokenizers`` has it."""
        from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

        tokens = self.field("tokenizer.ggml.tokens")
        merges = [tuple(pair.split(" ")) for pair in self.field("tokenizer.ggml.merges")]
        made = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
        made.normalizer = normalizers.NFC()
        made.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(PIECES), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        made.decoder = decoders.ByteLevel()
        kinds = self.field("tokenizer.ggml.token_type")
        special = [token for token, kind in zip(tokens, kinds, strict=True) if kind == CONTROL]
        made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
        words = [token for token, kind in zip(tokens, kinds, strict=True) if kind == WHOLE]
        made.add_tokens([AddedToken(token, special=False, normalized=False) for token in words])
        return made

    def about(self) -> dict[str, Any]:
        """What the running model needs to know besides its graph, for JSON."""
        tokens = self.field("tokenizer.ggml.tokens")
        ends = {tokens.index(token) for token in ENDS if token in tokens} | {self.field("tokenizer.ggml.eos_token_id")}
        return {
            "layers": self.layers,
            "hidden": self.hidden,
            "kv_heads": self.kv_heads,
            "head": self.hidden // self.heads,
            "ends": sorted(int(token) for token in ends),
            "template": self.field("tokenizer.chat_template"),
        }
