"""The whole application in a real Chromium."""
