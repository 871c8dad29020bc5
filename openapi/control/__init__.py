"""The control contract."""
