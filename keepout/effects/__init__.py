"""What happens on the ground: where a warhead lands, on what, and what it leaves."""
