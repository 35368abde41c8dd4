"""A raw page to the articles on it."""
