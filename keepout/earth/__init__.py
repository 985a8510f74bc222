"""The Earth: shape, gravity, air."""
