"""Whether an export of a model gives the vectors of the original, on a set of texts that every export is tried with."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.embedding.onnx import OnnxEmbedder

log = logging.getLogger(__name__)

LOWEST = {"model.onnx": 0.999, "model.int8.onnx": 0.99}
"""The lowest cosine to the original's vector that any text of ``PROBE`` may have, for each file of an export.

In 8 bits the default model has .9974 here and on real news (mean .999); ``python -m evals.bench embedding`` shows that
its searches find what they found.
"""

_NEWS = "The council voted on Tuesday to keep the old bridge open until 2031, 14 votes to 9, officials said. "
PROBE = [
    "Bridge",
    "Who voted to keep the bridge open, and when?",
    _NEWS.strip(),
    _NEWS * 3,
    _NEWS * 8,
    _NEWS * 40,  # longer than most models read: truncation
    "  Spaces   around,\tand a\nline break \n",
    "Zürich’s “Straße” cost €3.5bn — naïve façade, Ł, ø, İstanbul",
    "東京で新しい橋が開通した。 Москва сообщила о новом мосте. القاهرة",
    "🚆 emoji, a zero-width\u200bspace, cafe\u0301 in two code points, ﬁ ligature",
    "[CLS] <s> special [SEP] </s> markers [MASK] [PAD] as plain text",
    "https://example.org/news?id=42#top @someone #hashtag 3.14e-10 a_b-c/d",
    "x" * 300,
    "?!... ,,, ;;; --- ((()))",
]
"""Texts of varied length and script, encoded in mixed batches by both sides."""


def agreement(kind: type[OnnxEmbedder], folder: Path, manifest: Mapping[str, Any]) -> dict[str, float]:
    """Lowest and mean cosine of the export's vectors of ``PROBE`` to the original's."""
    theirs = np.load(folder / "probe.npy")
    try:
        ours = kind(folder, manifest).embed(PROBE)
        cosines = (ours * theirs).sum(axis=1) if ours.shape == theirs.shape else np.array([-1.0])
    except Exception as error:  # a graph that onnxruntime rejects is as good as one that disagrees
        log.debug("the export in %s does not run: %s", folder, error)
        cosines = np.array([-1.0])
    return {"lowest": float(np.nan_to_num(cosines, nan=-1.0).min()), "mean": float(cosines.mean())}


def agrees(kind: type[OnnxEmbedder], found: Mapping[str, float]) -> bool:
    """Whether every text of ``PROBE`` has at least the cosine that the kind of export needs."""
    return found["lowest"] >= LOWEST[kind.file]
