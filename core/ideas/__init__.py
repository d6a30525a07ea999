"""What is made together: how ideas are ranked by the groups that rate them, and how drawings come in."""
