"""Measurements of the rules on simulated towns, made by `python -m benchmarks.rules`."""
