"""Flyouts of interceptors, windows of engagement, kills, and what falls down after."""
