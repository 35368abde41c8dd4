"""How what is printed on a page stands together."""
