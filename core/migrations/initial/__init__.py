"""The tables of migration 0001, in the order of what refers to what."""
