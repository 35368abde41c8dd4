"""What is new in a library, by story: quotes, counts and fixed phrases only, without a language model."""
