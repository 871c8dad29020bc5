"""Contracts as they were bundled, in the user's cache folder: reading YAML takes 30 times as long.

What is kept holds as long as the very files that it was made of are as they were.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

import understudy
from understudy import usercache

if TYPE_CHECKING:
    from understudy.contract.bundle import Bundle

KIND = "contract"


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that need not be read again. `files`: the root first; `content`: their digest."""

    document: dict[str, Any]
    files: tuple[Path, ...]
    content: str

    def digest(self) -> str:
        """The SHA-256 of all that was read."""
        return self.content


def digest_of(contents: Iterable[tuple[Path, bytes]]) -> str:
    """The SHA-256 of some files, in their order, and of their names."""
    digest = hashlib.sha256()
    for path, content in contents:
        digest.update(b"%s\0%d\0" % (path.name.encode(), len(content)))
        digest.update(content)
    return digest.hexdigest()


def found(root: Path) -> Bundled | None:
    """The contract of a root file, if it is kept and its files are as they were."""
    cache = usercache.usual(KIND)
    content = cache.read(_key(root)) if cache else None
    if content is None:
        return None
    try:
        kept = orjson.loads(content)
        files = tuple(map(Path, kept["files"]))
        if digest_of((file, file.read_bytes()) for file in files) == kept["digest"]:
            return Bundled(kept["document"], files, kept["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # a file is gone, or what is kept is not ours after all
    return None


def keep(bundle: Bundle) -> None:
    """Keep a bundle for the next time, if JSON can hold it as it is: YAML knows more numbers."""
    cache = usercache.usual(KIND)
    if cache is None or bundle.has_links:
        return
    try:
        document = orjson.dumps(bundle.document)
        files = orjson.dumps([str(file) for file in bundle.files])
    except (TypeError, RecursionError):
        return
    if orjson.loads(document) == bundle.document:
        digest = bundle.digest().encode()
        content = b'{"digest":"%s","files":%s,"document":%s}' % (digest, files, document)
        cache.write(_key(bundle.files[0]), content)


def _key(root: Path) -> str:
    return usercache.key_of(str(root), understudy.__version__, sys.version, *_code())


def _code() -> Iterable[str]:
    """What tells whether the code that reads contracts has changed."""
    with os.scandir(Path(__file__).parent) as entries:
        files = [one for one in entries if one.name.endswith(".py")]
        stats = sorted((one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in files)
    return [f"{stats}"]
