"""Scenario files: read, checked with every fault at once, resolved into a Case."""
