"""What a question says, before anything is searched."""
