"""What feeds need beside their own reading: JSON ones, and those whose end is missing."""
