"""How likely a sentence gives a followed question another value: views without a word of the story, weighed."""
