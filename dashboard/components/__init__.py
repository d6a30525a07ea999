"""Draws views on the screen; never fetches."""
