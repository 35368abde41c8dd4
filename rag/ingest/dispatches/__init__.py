"""What agencies send as text: IPTC 7901, ANPA-1312 and what came before them."""
