"""The log of who did what to whose record: a keyed hash chain that shows when it was tampered with."""
