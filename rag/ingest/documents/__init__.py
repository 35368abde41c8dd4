"""Files of other programs: transcripts, saved pages, office documents, books."""
