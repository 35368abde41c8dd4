#!/usr/bin/env bash
# Package: onnxruntime 1.32.0 (with onnx 1.23.2 and numpy 2.4.6 to make a model), Linux on x86-64 with VNNI.
#
# Behaviour: the session option session.x64quantprecision turns signed 8-bit weights into unsigned ones on processors with VNNI
# too. The products stay the same to the last bit, since VNNI does not overflow either way, and take two to two and a half times as long.
#
# Expected by most: nothing happens where there is VNNI. The option is meant for processors without it: the header
# onnxruntime_session_options_config_keys.h speaks of "SSE4.1/AVX2/AVX512(with no VNNI)", and the change that brought it
# (github.com/microsoft/onnxruntime/pull/12088) names "no VNNI support" as a condition. So programs set it everywhere, to be safe.
# Probably the condition asks whether signed and unsigned weights have different kernels, which they have with VNNI as well.
#
# The weights of the optimized model are compared, which is the same each time; the times are printed and not compared.
set -euo pipefail
grep -qE 'avx512_vnni|avx_vnni' /proc/cpuinfo || { echo "This processor has no VNNI, so the finding cannot be seen here." >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

cat > try.py <<'PY'
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
weights = numpy_helper.from_array(rng.integers(-127, 128, (1024, 4096)).astype(np.int8), "weights")
graph = helper.make_graph(
    [helper.make_node("MatMulInteger", ["x", "weights"], ["y"])],
    "product",
    [helper.make_tensor_value_info("x", TensorProto.UINT8, ["rows", 1024])],
    [helper.make_tensor_value_info("y", TensorProto.INT32, ["rows", 4096])],
    [weights],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10).SerializeToString()
x = rng.integers(0, 256, (256, 1024)).astype(np.uint8)
results, seconds = [], []
for option in ("0", "1"):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.x64quantprecision", option)
    options.optimized_model_filepath = f"optimized{option}.onnx"
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        [y] = session.run(None, {"x": x})
        times.append(time.perf_counter() - begun)
    results.append(y)
    seconds.append(min(times))
    kinds = {TensorProto.DataType.Name(t.data_type) for t in onnx.load(f"optimized{option}.onnx").graph.initializer if len(t.dims) == 2}
    print(f"x64quantprecision={option}: weights are {' '.join(sorted(kinds))}")
print("same products:", bool((results[0] == results[1]).all()), "and right:", bool((results[0] == x.astype(np.int32) @ numpy_helper.to_array(weights).astype(np.int32)).all()))
import sys
print(f"time with the option, to without: {seconds[1] / seconds[0]:.2f}", file=sys.stderr)
PY
venv/bin/python try.py | tee seen.txt
cat > expected.txt <<'TXT'
x64quantprecision=0: weights are INT8
x64quantprecision=1: weights are UINT8
same products: True and right: True
TXT
diff expected.txt seen.txt && echo "The finding holds."
