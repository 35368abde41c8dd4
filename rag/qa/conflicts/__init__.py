"""What other reports of the same matter say."""
