"""The answer: prompts, drafting, confidence, refusals."""
