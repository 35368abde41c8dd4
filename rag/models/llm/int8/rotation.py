"""Rotations that spread what a model computes evenly over its channels, so that 8 bits are enough for it.

A few channels of a language model's activations are a hundred times larger than the rest. Rounded to 8 bits with one
scale for each token, the rest would keep a handful of levels. An orthogonal matrix between two linear layers, and its
inverse folded into the second, changes no result and leaves no channel larger than the others (QuaRot: Ashkboos et al.,
NeurIPS 2024). Here all of them are folded into the weights, so that they cost nothing at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIGNS_SEED = 0  # of the signs; any would do, and a changed one makes another model


def hadamard(size: int) -> Floats:
    """The orthogonal and symmetric matrix of Sylvester's construction; ``size`` is a power of two."""
    matrix = np.ones((1, 1), np.float32)
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    orthogonal: Floats = (matrix / np.sqrt(size)).astype(np.float32)
    return orthogonal


class Rotation:
    """x -> x R for rows of ``size`` numbers: random signs, then the Kronecker product of a small random orthogonal
    matrix and a Hadamard matrix, for sizes that are no power of two."""

    def __init__(self, size: int) -> None:
        power = size & -size
        random = np.random.default_rng(SIGNS_SEED)
        self._signs = np.where(random.random(size) < 0.5, -1, 1).astype(np.float32)
        self._small = np.linalg.qr(random.normal(size=(size // power, size // power)))[0].astype(np.float32)
        self._large = hadamard(power)

    def rows(self, x: Floats) -> Floats:
        """Each row of ``x``, shape (n, size), rotated."""
        parts = (x * self._signs).reshape(-1, len(self._large)) @ self._large
        parts = parts.reshape(len(x), len(self._small), len(self._large))
        rotated: Floats = np.einsum("nab,ac->ncb", parts, self._small).reshape(len(x), -1)
        return rotated

    def back(self, x: Floats) -> Floats:
        """Each row of ``x``, shape (n, size), as it was before :meth:`rows`."""
        parts = np.einsum("ncb,ac->nab", x.reshape(len(x), len(self._small), len(self._large)), self._small)
        turned: Floats = (parts @ self._large).reshape(len(x), -1) * self._signs
        return turned
