"""Evidence and a scenario's priors to what can be known. Wraps the trip, as studies do."""
