"""What crawlers and archives keep of the web: WARC, ARC and WACZ."""
