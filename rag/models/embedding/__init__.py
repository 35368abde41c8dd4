"""Texts to vectors. One file a backend."""
