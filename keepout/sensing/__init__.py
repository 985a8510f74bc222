"""What radars see and know: detection, tracks, and what the defence believes of a threat."""
