"""Printed pages: the text of PDF files in the order in which people read it, cut into its articles."""
