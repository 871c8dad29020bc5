"""The contract of an API: read from its files, bundled into one document, compiled to a model.

contract = load("testr")                # by name, or load("path/to/openapi.yaml")
contract.operations                     # what the server answers
contract.collections                    # what the server keeps
"""

from understudy.contract.loader import control, load, names
from understudy.contract.model import CollectionSpec, Contract, OperationSpec, ResponseSpec

__all__ = [
    "CollectionSpec",
    "Contract",
    "OperationSpec",
    "ResponseSpec",
    "control",
    "load",
    "names",
]
