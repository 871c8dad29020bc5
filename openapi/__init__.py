"""The contracts, one folder per API: hand-written OpenAPI 3.0.3, one file per tag."""

DEFAULT = "testr"
"""What is meant where no contract is named."""
