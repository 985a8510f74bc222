"""Decisions: judging, doctrine, assignment. They see estimates, never the truth."""
