"""From the parts of a bundle to its file and back: a ZIP archive of JSON documents.

Whoever reads one may have got it from a stranger. So nothing is unpacked to the disk, no more is
unpacked than the limits say, the parts are those that there should be, and each is what the
manifest says that it is, before anything looks inside.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from understudy.bundles import form, slices
from understudy.bundles.errors import NO_BUNDLE, TOO_NEW, BundleError, damaged

FORMAT = 1
"""The format that is written, and the newest that is read."""
MANIFEST = "manifest.json"
PARTS = ("state.json", "beginning.json", "journal.json", "faults.json", "interventions.json")
LARGEST = 256 * 1024 * 1024
"""Bytes that all parts have together, at most."""
LARGEST_MANIFEST = 1024 * 1024
PIECE = 1 << 20
"""Bytes that are unpacked in one call."""
ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The date of every part, so that the same parts make the same file."""

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)
"""What `zipfile` raises for files that are not right."""


def write(manifest: Mapping[str, Any], parts: Mapping[str, Any]) -> bytes:
    """The file of these parts; the manifest gets their digests."""
    written = {name: [*slices.written(parts[name])] for name in PARTS}
    digests = {name: _digest(pieces) for name, pieces in written.items()}
    head = orjson.dumps(
        {"format": FORMAT, **manifest, "parts": digests}, option=orjson.OPT_INDENT_2
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in {MANIFEST: [head], **written}.items():
            member = zipfile.ZipInfo(name, ALWAYS)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with archive.open(member, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
    return file.getvalue()


def _digest(pieces: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(piece)
    return whole.hexdigest()


def read(raw: bytes) -> form.Bundle:
    """What is in a file. Raises BundleError for one that is no bundle, damaged or too new."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN:
        raise _no_bundle("it is no ZIP archive") from None
    with archive:
        return _read(archive)


def _read(archive: zipfile.ZipFile) -> form.Bundle:
    names = [one.filename for one in archive.infolist()]
    if MANIFEST not in names:
        raise _no_bundle(f"it has no {MANIFEST}")
    manifest = _json(MANIFEST, _unpacked(archive, MANIFEST, LARGEST_MANIFEST))
    number = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise _no_bundle(f"its {MANIFEST} has no number as its format")
    if number > FORMAT:
        raise BundleError(
            TOO_NEW,
            f"The bundle has format {number}, and this Understudy reads up to {FORMAT}: "
            "use a newer one.",
        )
    if sorted(names) != sorted((MANIFEST, *PARTS)):
        raise damaged(f"its parts are not {MANIFEST}, {', '.join(PARTS)}, each once")
    form.check(MANIFEST, manifest)
    parts, room = {}, LARGEST
    for name in PARTS:
        text = _unpacked(archive, name, room)
        room -= len(text)
        if hashlib.sha256(text).hexdigest() != manifest["parts"][name]:
            raise damaged(f"{name} is not what was saved")
        parts[name] = _json(name, text)
        form.check(name, parts[name])
    return form.Bundle(manifest, *(parts[name] for name in PARTS))


def _unpacked(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A part, but no more than so many bytes of it, whatever the archive says of its length; piece
    by piece, as to put all of it together at once would keep every other thread waiting.
    """
    pieces, room = [], limit
    try:
        with archive.open(name) as member:
            while room >= 0 and (piece := member.read(PIECE)):
                pieces.append(piece)
                room -= len(piece)
    except _BROKEN as error:
        raise damaged(f"{name} cannot be unpacked ({error})") from None
    if room < 0:
        raise damaged(f"unpacked, {name} makes it larger than {LARGEST >> 20} MiB")
    return b"".join(pieces)


def _json(name: str, text: bytes) -> Any:
    try:
        return slices.read(text)
    except ValueError as error:
        raise damaged(f"{name} is no JSON ({error})") from None


def _no_bundle(reason: str) -> BundleError:
    remedy = "`understudy bundle save` makes one"
    return BundleError(NO_BUNDLE, f"This is no bundle: {reason}; {remedy}.")
