"""What news agencies send: XML of the IPTC."""
