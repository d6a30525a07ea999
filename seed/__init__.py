"""The simulated service: a documented generative model (docs/simulation.md), never real people."""
