"""One trial of a run as typed arrays that a browser can move: see scene.py."""
