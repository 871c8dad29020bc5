"""Bundles: a sandbox in one file, which makes it again elsewhere.

    raw = saving.take(contract, sandbox, scenario).file()
    found = opening.check(app, raw)                   # what is in it, built
    opening.make(app, found, "tuesdays-bug")          # a sandbox that is as it was
    archive.read(raw)                                 # what is in it
    replaying.replay(archive.read(raw), server)       # its requests once more, and what differs

The file is a ZIP archive of JSON documents: any tool opens it, each part can be read alone, and of
a large one only the manifest needs to be looked at. `docs/bundles.md` describes it.
"""

from understudy.bundles.errors import BundleError

__all__ = ["BundleError"]
