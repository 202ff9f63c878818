"""Paper that leaves the house and comes back: headings, replies and words of worklists, read from one file.

Belongs here: what a form says, so that whoever writes it and whoever reads it back cannot disagree.
Does not belong here: how a workbook is laid out or parsed (assets/cases).
"""

from warehouse.forms.form import CorrectionForm, Form, FormColumn, read_correction_form, read_form

__all__ = ["CorrectionForm", "Form", "FormColumn", "read_correction_form", "read_form"]
