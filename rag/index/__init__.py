"""What is stored: articles, chunks, words and vectors of one folder."""
