"""What the chat shows, keeps and does: the page in Gradio, its server, and the parts that need neither."""
