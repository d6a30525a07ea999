"""One thin file for each screen."""
