"""Proposes a mapping file for tables that nobody has described yet: only guesses, each with its reason."""
