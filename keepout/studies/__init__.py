"""Studies: many runs to one answer, over the same trip that a single run takes."""
