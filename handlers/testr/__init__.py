"""The handlers of the Testr backend; the rules of state are in `rules`."""
