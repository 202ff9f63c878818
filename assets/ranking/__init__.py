"""What the ranking needs beside its models.

Belongs here: the places that the evidence allows a unit. Does not belong here: scores, ranks, rounds, warnings
(warehouse/models/ranking).
"""
