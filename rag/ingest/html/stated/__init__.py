"""What a page states beside its text: its day, and articles inside its scripts."""
