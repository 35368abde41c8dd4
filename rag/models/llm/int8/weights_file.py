"""The file of weights beside a graph: written tensor after tensor, and gone on with where a writer was killed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from rag.models.opening import read_note, write_note

PAGE_BYTES = 4096
"""Bytes; every tensor begins at a multiple, so that the file can be mapped tensor by tensor."""


KEPT_NOTE = "kept.json"
"""Beside the weights, until whoever ordered them is done: how much of them is there."""


class WeightsFile:
    """Appends to ``path``; what :meth:`keep` has kept is not made a second time by the next writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_name(KEPT_NOTE)
        self._kept = int((read_note(self._note) or {}).get("bytes", 0)) if path.is_file() else 0
        self._file = path.open("r+b" if self._kept else "wb")
        self._end = 0

    def __enter__(self) -> WeightsFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def tensor(self, name: str, make: Callable[[], Any], kind: np.dtype[Any], shape: tuple[int, ...]) -> Any:
        """A tensor of an ONNX graph that points at its bytes in the file; ``make`` is called if they are not there."""
        from onnx import TensorProto, helper

        size = int(np.prod(shape)) * kind.itemsize
        start = -(-self._end // PAGE_BYTES) * PAGE_BYTES
        self._end = start + size
        if self._end > self._kept:
            values = np.ascontiguousarray(make())
            assert values.dtype == kind and values.shape == shape, (name, values.dtype, values.shape)
            self._file.seek(start)
            self._file.write(values.data)
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(kind), dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._path.name), ("offset", start), ("length", size)):
            tensor.external_data.add(key=key, value=str(value))
        return tensor

    def keep(self) -> None:
        """Have all that was written survive whatever happens now."""
        if self._end > self._kept:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._kept = self._end
            write_note(self._note, {"bytes": self._end})
