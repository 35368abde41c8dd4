"""What is folded into the weights changes nothing and leaves no channel larger than the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.llm.int8.rotation import Rotation, hadamard


@given(st.integers(1, 200), st.integers(0, 1000))
def test_products_of_rotated_rows_are_those_of_the_rows(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = (random.normal(size=(n, size)).astype(np.float32) for n in (3, 5))
    rotation = Rotation(size)
    assert np.allclose(rotation.rows(one) @ rotation.rows(other).T, one @ other.T, atol=1e-3)
    assert np.allclose(rotation.back(rotation.rows(one)), one, atol=1e-3)


@pytest.mark.parametrize("size", [1536, 896, 2048])
def test_a_loud_channel_is_spread_over_all(size: int) -> None:
    x = np.random.default_rng(1).normal(size=(20, size)).astype(np.float32)
    x[:, 7] = 200
    rotated = Rotation(size).rows(x)
    assert np.abs(x).max() / x.std() > 25
    assert np.abs(rotated).max() / rotated.std() < 8


def test_the_matrix_is_its_own_inverse() -> None:
    assert np.allclose(hadamard(64) @ hadamard(64), np.eye(64), atol=1e-6)
