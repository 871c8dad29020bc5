"""What the server keeps: collections of records, with transactions, forks and snapshots.

`Store` is what a sandbox holds and handlers see; `StateDirectory` (in `disk`) keeps stores from one
run to the next. Below both lies TinyDB, with tables that answer and change by id in constant time.
"""

from understudy.store.collection import Collection
from understudy.store.keeper import Change
from understudy.store.query import Contains, HasAny, OneOf, Order, Range
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema
from understudy.store.select import Page
from understudy.store.store import Snapshot, Store, Transaction

__all__ = [
    "Change",
    "Collection",
    "CollectionSchema",
    "Contains",
    "HasAny",
    "OneOf",
    "Order",
    "Page",
    "Range",
    "Record",
    "Snapshot",
    "Store",
    "Transaction",
]
