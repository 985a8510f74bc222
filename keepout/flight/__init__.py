"""Flight: forces, the integrator, boost, coast, re-entry, aim."""
