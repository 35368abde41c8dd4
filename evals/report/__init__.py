"""What is shown of a run, and of two beside each other."""
