"""What each operation does, one module per tag, in one folder per API.

These modules live in the package `understudy`; imported under another name they would exist twice.
"""

if __name__ != "understudy.handlers":
    raise ImportError(f"this is understudy.handlers, not {__name__!r}: install Understudy")
