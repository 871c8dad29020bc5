"""The rules of the Testr contract, one file for each tag, and for what cuts across them."""
