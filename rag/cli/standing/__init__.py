"""The command for what goes on: questions that are followed."""
