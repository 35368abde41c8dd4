"""Words of a text: sentences, tokens, quantities, names, dates."""
