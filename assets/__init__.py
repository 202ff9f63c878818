"""What is computed: one module or folder per stage, in the order in which data flows.

registries → staging → identity → reconciliation → cases → indicators → ranking → release → meetings →
benefits, fees, services → publication

Belongs here: thin Dagster assets and, beside them, the pure functions they call.
Does not belong here: jobs, schedules, the command line (pipelines), or what a table is (warehouse).
"""
