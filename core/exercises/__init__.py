"""Exercises and resources: the library of what can be done or read, by topic, and the groups of each step of care."""
