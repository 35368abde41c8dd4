"""Language models, reached through litellm; the embedded one among them."""
