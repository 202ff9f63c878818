"""Review meetings: the agenda as a workbook, and the form on which outcomes and promises come back.

Belongs here: writing both from the kept agenda. The filled-in form is an extract of the meeting register like any other
and is landed like one (warehouse/registries/meeting_register.yaml).
Does not belong here: who is on which list (warehouse/models/meetings).
"""
