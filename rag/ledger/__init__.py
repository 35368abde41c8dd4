"""Answers that were kept and questions that are followed: what they stand on, and what became of it."""
