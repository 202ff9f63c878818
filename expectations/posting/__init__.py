"""What a list that is posted in public must never show: a person's id number, account, telephone or full address.

document      everything a file can show or hides, as lines of cells and loose pieces of text
office_parts  what lies inside an Office file, and what of it cannot be read
lint          the findings of a file, by kind and place; never by value (what a run of digits is: warehouse/normalise)

Does not belong here: who is on a list, or writing one (assets/benefits). The column's name proves nothing, so it is
used to suspect a value and never to excuse one. What cannot be read in full is not passed.
"""

from expectations.posting.lint import Finding, lint_file, lint_lines

__all__ = ["Finding", "lint_file", "lint_lines"]
