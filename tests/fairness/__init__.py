"""Whether ranking, warnings and yellow cards are fair to units of every size: the models, on simulated rounds."""
