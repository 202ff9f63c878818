"""The board by mail: to the units' shared mailboxes, each once, late rather than never.

Belongs here: the outbox and its states, the message, speaking SMTP.
Does not belong here: what the board shows (assets/board), or when the outbox is looked at (pipelines).
"""
