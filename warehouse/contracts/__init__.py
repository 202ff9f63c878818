"""What every table holds: one YAML file per table, columns described once in elements.yaml.

Belongs here: grain, keys, columns with type, unit, description (zh/en), code list and PII class, owner, lag, warnings.
Does not belong here: how a table is computed (warehouse/models) or what its content must satisfy (expectations).
"""

from warehouse.contracts.contract import FOLDER, LAYERS, Contract, Element, read_contracts

__all__ = ["FOLDER", "LAYERS", "Contract", "Element", "read_contracts"]
