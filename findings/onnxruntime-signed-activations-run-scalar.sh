#!/usr/bin/env bash
# Package: onnxruntime 1.32.0 (with onnx 1.23.2 and numpy 2.4.6 to make a model), Linux on x86-64 with VNNI or AMX.
#
# Behaviour: MatMulInteger of signed 8-bit activations with signed weights is more than ten times slower than of unsigned
# activations with the same weights (with AMX about fifty times: 14 and 780 thousand million products a second on one thread). Where
# weights are unsigned too, the AMX unit is not used either, though it multiplies unsigned numbers as well as signed ones.
#
# Expected by most: within a factor of two of each other. The documentation of quantization (onnxruntime.ai, "Quantize ONNX
# models") calls signed activations with signed weights (as QDQ) "the default setting" and "the first choice", and both units of the
# processor take either sign. The signed pair came in 2021 as a "fallback to default gemm kernel", plain C++
# (github.com/microsoft/onnxruntime/pull/9995), and is that still. An offset of 128 for the activations gives the same products.
#
# Times differ from machine to machine; whether one is more than ten times the other is what is compared.
set -euo pipefail
grep -qE 'avx512_vnni|amx_int8' /proc/cpuinfo || { echo "This processor has no AVX-512 VNNI, so the finding cannot be seen here." >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

cat > try.py <<'PY'
import sys
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
values = rng.integers(-127, 128, (128, 1536)).astype(np.int8)
columns = rng.integers(-127, 128, (1536, 4096)).astype(np.int8)
seconds, products = {}, {}
for name, kind, offset in (("signed", TensorProto.INT8, 0), ("unsigned", TensorProto.UINT8, 128)):
    x = (values.astype(np.int16) + offset).astype(np.uint8 if offset else np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "columns", "zero"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", kind, ["rows", 1536])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, ["rows", 4096])],
        [numpy_helper.from_array(columns, "columns"), helper.make_tensor("zero", kind, [], [offset])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    times = []
    for _ in range(8):
        begun = time.perf_counter()
        [products[name]] = session.run(None, {"x": x})
        times.append(time.perf_counter() - begun)
    seconds[name] = min(times)
    print(f"{name}: {x.size * 4096 / seconds[name] / 1e9:.0f} thousand million products a second", file=sys.stderr)
print("same products:", bool((products["signed"] == products["unsigned"]).all()))
print("signed ones more than ten times slower:", seconds["signed"] > 10 * seconds["unsigned"])
PY
venv/bin/python try.py | tee seen.txt
cat > expected.txt <<'TXT'
same products: True
signed ones more than ten times slower: True
TXT
diff expected.txt seen.txt && echo "The finding holds."
