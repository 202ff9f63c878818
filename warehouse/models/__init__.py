"""How each derived table is computed: one SQL file per table, in a folder per layer, read by statisticians.

A model is one SELECT in the portable subset of DuckDB's dialect; its inputs are the tables it names. The comment at its
head says what it does and why, in Chinese and then in English: the dictionary and Dagster show it. Names it may use
besides other tables: this_day (the day and the terms in force), <table>_history (what a table held on earlier days),
latest_<registry> (each record's latest version), found and measured (the unions of all rules' and all indicators'
tables).
renewal.yaml says which rows of a large table a changed row of its inputs can move: on most days few.
The layer `release` holds what may be made public: it is derived from the other layers by disclosure control alone.
Does not belong here: what a table means (warehouse/contracts) or when it is run (assets).
"""

from warehouse.models.model import FOLDER, Model, read_models

__all__ = ["FOLDER", "Model", "read_models"]
