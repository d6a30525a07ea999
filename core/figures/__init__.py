"""The service's figures: what each one is, how it is counted, and what of it may be shown."""
