"""The contract of the Testr backend; `openapi.yaml` is its root, DECISIONS.md its reasons."""
