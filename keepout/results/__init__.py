"""Rows to answers: summaries, stopping, and the run directory with its parts and manifest."""
