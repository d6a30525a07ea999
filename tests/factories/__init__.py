"""Makers of test data: the fixed cast and what hangs on it."""
