"""What a sandbox holds, as a tester sees it: objects to look at and to change, snapshots of all of
it, and what is different between two of them.

It knows no API: collections, their fields and references come from the contract's `x-collections`.
"""
