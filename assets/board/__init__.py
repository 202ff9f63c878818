"""The 17:00 board: one self-contained page a day, and the same tables as XLSX, CSV and PDF.

Belongs here: reading the release tables of the published edition, charts, the page and its files.
Does not belong here: deciding what may be public (warehouse/models/release does), or mailing it (assets/mail).
"""
