"""How people are told outside the application: what the outbox holds goes out through each person's own channels."""
