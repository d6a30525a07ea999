"""Tests: unit (mirrors core), spec (tables in, answers out), integration (both databases), app, browser."""
