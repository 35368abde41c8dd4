"""The vectors of an index, in Chroma: embedded in this program, or on a server."""
