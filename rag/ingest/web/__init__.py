"""The way to the network: guarded, polite, bounded."""
