"""The catalogue: every number with its unit, range, source and grade, one file a thing."""
