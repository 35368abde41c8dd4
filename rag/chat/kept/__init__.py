"""What the chat keeps: chats in the browser, exports, ratings and uploaded files beside the index."""
