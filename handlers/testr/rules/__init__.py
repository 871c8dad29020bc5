"""The rules of state, one module per resource: what may follow what, what counts, what belongs."""
