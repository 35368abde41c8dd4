"""What a text leaves to its reader: tables, class nouns, offices in other words, and the language that it is in."""
