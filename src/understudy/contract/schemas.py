"""Everything that is done with the schemas of a contract."""

from understudy.contract.json_schema import defaults, json_schema
from understudy.contract.known_fields import KnownFields
from understudy.contract.validator import Validator

__all__ = ["KnownFields", "Validator", "defaults", "json_schema"]
