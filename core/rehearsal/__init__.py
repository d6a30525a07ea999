"""A rule replayed on the service's own past before it is switched on: what it would have raised, day by day, from what
was known on that day."""
