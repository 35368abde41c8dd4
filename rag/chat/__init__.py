"""What the chat shows, keeps and does: the parts of ``app.py`` that need no Gradio."""
