"""The simulated service: a documented generative model (``docs/simulation.md``) and what writes it."""
