"""What a request wants, and what is answered about the library itself."""
