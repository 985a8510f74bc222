"""The engine: addressed chance, the five verbs, and the loop over trials."""
