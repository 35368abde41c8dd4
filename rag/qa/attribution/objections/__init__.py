"""What speaks against a quote that has all the words of a claim."""
