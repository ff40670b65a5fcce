"""Templates for a user's own configurations."""
