"""What is not in force now: earlier versions, what was withdrawn, and what waits for its time."""
