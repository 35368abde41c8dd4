"""What is measured of a line of results, and how sure a figure is."""
