"""A synthetic town: people, six registries that describe them late and wrongly, and the truth.

`simulate` writes a home's inbox and truth. Everything is a function of persons, days, seed and start. The modules, in
the order in which they are used: population (who is who), homes (where registered), registries (what each registry
would know), errors, structure and distort (what goes wrong), extracts and formats (files), truth (what a perfect
system reports). The package knows only how values and files look (warehouse), never how Hedui finds anything.
"""

from tests.synthetic.simulation import Summary, simulate

__all__ = ["Summary", "simulate"]
