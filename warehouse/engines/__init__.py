"""Where models run: DuckDB by default, Spark for the levels above.

Belongs here: running a model against its contract, registering the named functions, reading and writing tables, making
a day's tables from the day before's.
Does not belong here: the models themselves, or what is computed when.
"""
