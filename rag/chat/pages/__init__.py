"""The pages beside the chat: the library, and the stories in it."""
