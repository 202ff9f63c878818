"""Which side of a case is wrong: learning the weights of voices, and measuring how well they tell.

Belongs here: labels of cases (from verdicts, or from the truth of a simulated home), fitting, accuracy and calibration.
Does not belong here: the judgement of a day, which is SQL (case_voice, case_direction) with the weights in force.
"""
