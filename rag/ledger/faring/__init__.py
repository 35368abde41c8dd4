"""What an article that changed, or another one, says now of what an answer stood on."""
