"""``python -m evals.bench``: speed on this machine."""
