"""The items of a list: what sentences name, and how likely each is one of those that are asked for."""
