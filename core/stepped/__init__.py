"""Stepped care: the steps and criteria of each programme as data, and what they suggest. A person decides."""
