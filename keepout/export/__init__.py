"""Other people's tools: one kept trial of a Run, or all of it, in formats that they read."""
