"""What the entries of live blogs have of their own."""
