"""Models that read a question beside passages. One file a backend."""
