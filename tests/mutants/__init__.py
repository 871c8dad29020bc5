"""Servers that break one promise each, and what the suite says of them.

`python -m tests.mutants --rule RUN-07` runs a rule against its mutants, `--own` every mutant's own
rule, `--all` the whole quick suite over every mutant and writes docs/quality.md.
"""
