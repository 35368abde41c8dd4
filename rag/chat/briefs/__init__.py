"""A brief in words, in HTML, and as files to take away. Pure: values in, strings out."""
