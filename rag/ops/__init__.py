"""Long-running work over `News`: watching, rebuilding, checking the setup."""
