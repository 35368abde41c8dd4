#!/usr/bin/env bash
# Package: onnxruntime 1.32.0 (with onnx 1.23.2 and numpy 2.4.6 to make a model), Linux on x86-64.
#
# Behaviour: a model saved with session.save_external_prepacked_constant_initializers=1 has every weight twice in its data file, as
# it was and packed. Loading packs the weights as they were once more, and takes the packed ones of the file only where both are
# the same. So the weights as they were are read at every start and have to stay: a file half as large, with other weights in their
# place, answers with the other weights although it holds the right ones, packed.
#
# Expected by most: that packing once and mapping the result spares the start the packing, and that what was packed replaces what it
# was made from. The description of the change says "no prepack is needed" when loading
# (github.com/microsoft/onnxruntime/pull/22256), the header onnxruntime_session_options_config_keys.h that the option "allows you to
# memory map pre-packed initializers on model load".
#
# What it is good for all the same: after loading, the packed weights are pages of a file, which processes share.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

cat > try.py <<'PY'
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
values = rng.integers(-127, 128, (1024, 4096)).astype(np.int8)
graph = helper.make_graph(
    [helper.make_node("MatMulInteger", ["x", "weights"], ["y"])],
    "product",
    [helper.make_tensor_value_info("x", TensorProto.UINT8, ["rows", 1024])],
    [helper.make_tensor_value_info("y", TensorProto.INT32, ["rows", 4096])],
    [numpy_helper.from_array(values, "weights")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
options.optimized_model_filepath = "packed.onnx"
options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "packed.bin")
options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
options.add_session_config_entry("session.save_external_prepacked_constant_initializers", "1")
onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

[weights] = [t for t in onnx.load("packed.onnx", load_external_data=False).graph.initializer if t.name == "weights"]
entries = {entry.key: entry.value for entry in weights.external_data}
packed = int(entries["prepacked_0"].split("|")[1].split(";")[1])
print("weights in the data file, in sizes of the weights:", round((int(entries["length"]) + packed) / values.nbytes, 2))

x = rng.integers(0, 256, (3, 1024)).astype(np.uint8)


def answer():
    plain = onnxruntime.SessionOptions()
    plain.log_severity_level = 3
    session = onnxruntime.InferenceSession("packed.onnx", plain, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def right(by):
    return bool((answer() == x.astype(np.int32) @ by.astype(np.int32)).all())


print("answers with the weights:", right(values))
data, start = bytearray(Path("packed.bin").read_bytes()), int(entries["offset"])
other = np.roll(values, 1, axis=0)
data[start : start + values.nbytes] = other.tobytes()  # the packed ones stay as they are
Path("packed.bin").write_bytes(data)
print("with others beside the packed ones, answers with the packed ones:", right(values), "with the others:", right(other))
PY
venv/bin/python try.py | tee seen.txt
cat > expected.txt <<'TXT'
weights in the data file, in sizes of the weights: 2.0
answers with the weights: True
with others beside the packed ones, answers with the packed ones: False with the others: True
TXT
diff expected.txt seen.txt && echo "The finding holds."
