"""Parts of records: what is no article that is out, references from one object to another, Markdown in a text."""
