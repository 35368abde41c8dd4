"""The weights by which followed questions tell a new value."""
