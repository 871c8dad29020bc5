"""What values of the configuration have to do with each other, and with the suite."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from understudy.listening import is_loopback
from understudy.scenarios.problems import hint
from understudy.verify.config.document import Document
from understudy.verify.config.known import Known
from understudy.verify.config.options import Choice
from understudy.verify.config.problems import Problems
from understudy.verify.config.reader import Reader
from understudy.verify.config.sections import TOKENS
from understudy.verify.config.variables import refers


def check(reader: Reader, chosen: Mapping[str, Choice], known: Known) -> None:
    """Note names that the suite does not have, and values that do not go together."""
    check_selection(reader.problems, chosen, known)
    if "features_off" in chosen:
        _check_names(reader.problems, chosen, "features_off", "feature", known.features)
    _check_tls(reader.problems, chosen)


def check_selection(problems: Problems, chosen: Mapping[str, Choice], known: Known) -> None:
    """Note profiles and tags that there are not."""
    _check_names(problems, chosen, "profile", "profile or tag", (*known.profiles, *known.tags))
    _check_names(problems, chosen, "tags", "tag", known.tags)


def advice(document: Document, url: str) -> Iterator[str]:
    """Lines about secrets that stand in the file itself, unless the target is this machine."""
    if is_loopback(urlsplit(url).hostname or ""):
        return
    told = 'write "${NAME}" to take it from the environment'
    for path, value in _secrets(document):
        if isinstance(value, str) and not refers(value):
            yield f"{document.place(*path)}: {path[-1]} is a secret that stands in the file; {told}"


def _secrets(document: Document) -> Iterator[tuple[tuple[str, ...], object]]:
    target = document.section("target")
    if "control_token" in target:
        yield ("target", "control_token"), target["control_token"]
    for name, persona in document.section("personas").items():
        for key in ("password", *TOKENS):
            if key in persona:
                yield ("personas", name, key), persona[key]


def _check_names(
    problems: Problems,
    chosen: Mapping[str, Choice],
    option: str,
    what: str,
    names: Collection[str],
) -> None:
    found = chosen.get(option)
    if found is None or found.value is None:
        return
    for name in [found.value] if isinstance(found.value, str) else found.value:
        if name not in names:
            problems.add(found.place, f"there is no {what} {name!r}", hint(name, names))


def _check_tls(problems: Problems, chosen: Mapping[str, Choice]) -> None:
    if "client_key" in chosen and "client_certificate" not in chosen:
        right = "name client_certificate, too"
        problems.add(chosen["client_key"].place, "client_key has no certificate", right)
    trusts_all = "verify_tls" in chosen and chosen["verify_tls"].value is False
    if trusts_all and "ca_file" in chosen:
        wrong = "verify_tls = false trusts every server, ca_file only some"
        problems.add(chosen["verify_tls"].place, wrong, "keep one of them")
