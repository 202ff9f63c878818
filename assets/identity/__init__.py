"""Who is who: records of one person brought together, by number, by certificate, by parents, and by probability.

Belongs here: the linkage engine, the decisions that people took on doubtful pairs, the words that explain a link.
Does not belong here: what is derived by SQL alone (warehouse/models/identity), what a disagreement means (rules).
"""
