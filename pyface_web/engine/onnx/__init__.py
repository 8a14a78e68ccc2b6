"""Nets as ONNX: files for other runtimes, and the backend that runs them with onnxruntime."""
