"""Temporal expressions: dates and ranges in words, and the days that they mean."""
