"""What the fee tables disclose to the public: one page and one workbook.

Belongs here: writing the disclosure from published tables. Does not belong here: findings (warehouse/models/fees).
"""
