"""The contracts, one folder per API. `control` is Understudy's own, served next to each of them."""

DEFAULT = "testr"
"""The contract that is meant where none is named."""

CONTROL = "control"
"""The contract through which the server itself is looked at and changed."""
