"""What several articles say together: what happened and in which order, who says so, and of whom a library writes."""
