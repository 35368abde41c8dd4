"""The embedded language model in 8 bits, run by onnxruntime: made from a GGUF file once, then mapped into memory."""
