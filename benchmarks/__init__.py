"""What a day costs, beside the floor: what DuckDB alone needs for the same files.

Belongs here: measurements that print ratios from one run on one machine. They are not tests and assert nothing on time.
"""
