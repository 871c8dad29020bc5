"""The handlers of the control contract: what it does to a server and its sandboxes."""
