"""One request's way: route, sandbox, authenticate, admit, validate, handle, validate, send.

Everything that a request needs of its operation is compiled once, at start-up.
"""
