"""What a table is and where it lives: contracts, models, engines, registry layouts, parameters, publication.

Belongs here: facts about data, readable without running anything, and the engines that run models.
Does not belong here: expectations about content, Dagster, the command line. Imports nothing internal from above.
"""
