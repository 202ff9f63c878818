"""How it runs: Dagster definitions, jobs, schedules, sensors, resources, the `hedui` command.

Belongs here: assembling, timing, showing progress, reading settings.
Does not belong here: business rules; anything a statistician would want to read.
"""
