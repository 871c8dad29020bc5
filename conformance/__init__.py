"""The conformance suites, one package for each contract, found by its name.

They live in the package `understudy`; imported under another name they would exist twice.
"""

if __name__ != "understudy.conformance":
    raise ImportError(f"this is understudy.conformance, not {__name__!r}: install Understudy")
