"""The waist: the nouns everything else passes around. No logic; imports only numpy."""
