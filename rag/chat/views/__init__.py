"""HTML of the chat. Pure: values in, strings out."""
