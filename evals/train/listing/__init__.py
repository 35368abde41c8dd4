"""The weights by which a list takes what sentences name."""
