"""Tests: spec (small table in, small table out, every engine), unit, properties, integration, browser, architecture.

synthetic/ is the simulated town behind `hedui simulate`; it belongs here because it knows the truth.
"""
