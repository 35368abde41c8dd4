"""Evaluation: question sets, measurements of speed, and what comes out of them. Uses only the public API of ``rag``."""
