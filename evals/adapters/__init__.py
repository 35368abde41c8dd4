"""Evaluation sets as they are published, brought to one form; a set is known by what lies in its folder."""
