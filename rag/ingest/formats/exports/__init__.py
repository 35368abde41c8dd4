"""Exports of programs that keep articles in pieces: a list beside the texts, entries that name each other."""
