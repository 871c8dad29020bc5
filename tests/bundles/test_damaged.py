"""A file that is no bundle, a damaged one, or one that was made to do harm: one line, and nothing
has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile

import httpx
import pytest

from understudy.bundles import BundleError, archive
from understudy.client import ControlError

from .conftest import App, packed, parts


@pytest.fixture
def raw(app, s):
    app.login()
    s.faults.add(operation="defects.create_defect", error=402, id="rule")
    s.state.create("users", email="new@acme.test", password="Unheard-0f")
    app.defect("One")
    return s.save_bundle()


@pytest.fixture
def refused(second, file, shell):
    """Opens a file that must be refused; its code and message, which the command line repeats."""

    def open_(content: bytes) -> tuple[str, str]:
        before = second.list_sandboxes()
        with pytest.raises(ControlError) as error:
            second.open_bundle(content, name="bad")
        assert [one.name for one in second.list_sandboxes()] == [one.name for one in before]
        file.write_bytes(content)
        ran = shell("bundle", "open", file, "--server", second.url)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
        assert "Traceback" not in ran.err
        return error.value.code, error.value.message

    return open_


def forged(raw: bytes, name: str, change) -> bytes:
    """A bundle with another part, and the right digests."""
    members = parts(raw)
    value = json.loads(members[name])
    members[name] = json.dumps(change(value) or value).encode()
    manifest = json.loads(members["manifest.json"])
    if name != "manifest.json":
        manifest["parts"][name] = hashlib.sha256(members[name]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()
    return packed(members)


@pytest.mark.parametrize(
    "content", [b"x", b"PK\x03\x04", b"scenario: default\n", b"{}", b"\x1f\x8b"]
)
def test_no_archive(refused, content):
    code, message = refused(content)
    assert code == "not_a_bundle"
    assert message == (
        "This is no bundle: it is no ZIP archive; `understudy bundle save` makes one."
    )


def test_nothing_at_all(second):
    with pytest.raises(ControlError) as error:
        second.open_bundle(b"")
    assert error.value.status == 422


def test_another_archive(refused):
    assert refused(packed({"hello.txt": b"hello"})) == (
        "not_a_bundle",
        "This is no bundle: it has no manifest.json; `understudy bundle save` makes one.",
    )


@pytest.mark.parametrize("manifest", [b"[]", b"{}", b'{"format": "1"}', b'{"format": true}'])
def test_a_manifest_without_a_format(refused, manifest):
    code, message = refused(packed({"manifest.json": manifest}))
    assert code == "not_a_bundle"
    assert "has no number as its format" in message


def test_a_newer_format(refused, raw):
    newer = forged(raw, "manifest.json", lambda it: it | {"format": archive.FORMAT + 1})
    assert refused(newer) == (
        "bundle_too_new",
        "The bundle has format 2, and this Understudy reads up to 1: use a newer one.",
    )


def test_another_contract(refused, raw):
    def change(manifest):
        manifest["contract"]["name"] = "other"

    code, message = refused(forged(raw, "manifest.json", change))
    assert code == "other_contract"
    assert "is of the contract 'other', and this server serves 'testr'" in message


def test_a_cut_off_file(refused, raw):
    assert refused(raw[: len(raw) // 2])[0] == "not_a_bundle"


def test_every_flipped_byte_is_noticed_or_means_nothing(raw):
    whole = archive.read(raw)
    for place in range(0, len(raw), 97):
        broken = bytearray(raw)
        broken[place] ^= 0x55
        with contextlib.suppress(BundleError):
            assert archive.read(bytes(broken)) == whole


def test_a_part_that_was_edited(refused, raw):
    members = parts(raw)
    members["state.json"] = members["state.json"].replace(b"DEF-001", b"DEF-101")
    code, message = refused(packed(members))
    assert code == "damaged_bundle"
    assert message == (
        "The bundle is damaged: state.json is not what was saved; "
        "save it again, or fetch the file again."
    )


def test_a_part_too_many(refused, raw):
    code, message = refused(packed(parts(raw) | {"../../evil.py": b"x"}))
    assert code == "damaged_bundle"
    assert "its parts are not manifest.json, state.json" in message


def test_a_part_twice(refused, raw):
    file = io.BytesIO(raw)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as twice:
        twice.writestr("state.json", b"{}")
    assert refused(file.getvalue())[0] == "damaged_bundle"


def test_a_bomb_is_not_unpacked(raw, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 10_000_000)
    members = parts(raw) | {"state.json": b"[" + b" " * 50_000_000 + b"]"}
    bomb = packed(members)
    assert len(bomb) < 100_000
    with pytest.raises(BundleError, match=r"state\.json makes it larger than 9 MiB"):
        archive.read(bomb)


def test_a_manifest_that_is_a_bomb(raw):
    members = parts(raw) | {"manifest.json": b" " * 2_000_000}
    with pytest.raises(BundleError, match=r"manifest\.json makes it larger"):
        archive.read(packed(members))


@pytest.mark.parametrize("depth", [200, 2_000, 200_000])
def test_a_part_that_is_deep(refused, raw, depth):
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    members = parts(raw)
    state = json.loads(members["state.json"])
    state["collections"] = {"users": {"x": {"id": "DEEP"}}}
    members["state.json"] = json.dumps(state).encode().replace(b'"DEEP"', deep)
    manifest = json.loads(members["manifest.json"])
    manifest["parts"]["state.json"] = hashlib.sha256(members["state.json"]).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()
    assert refused(packed(members))[0] == "damaged_bundle"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("manifest.json", lambda it: it | {"seed": 7}, "seed: must be a string"),
        ("manifest.json", lambda it: it | {"sandbox": "../x"}, "sandbox: is not a name"),
        ("manifest.json", lambda it: it["clock"].update(now="soon"), "clock.now: "),
        ("manifest.json", lambda it: it["clock"].update(factor=1e99), "clock.factor: "),
        ("manifest.json", lambda it: it["clock"].update(now="9999-01-01T00:00:00Z"), "no time"),
        ("state.json", lambda it: it.pop("stored"), "stored: is required"),
        ("state.json", lambda it: it | {"collections": []}, "collections: must be an object"),
        ("state.json", lambda it: it["collections"].update(x={"y": {}}), "'x'"),
        ("beginning.json", lambda it: it["faults"].append({}), "faults.0.id: is required"),
        ("journal.json", lambda it: it | {"last": 99}, "has exchange 1 where 98 belongs"),
        ("journal.json", lambda it: it["exchanges"][0]["shown"].pop("at"), "shown.at"),
        ("faults.json", lambda it: it[0].update(do={"error": {"status": 418}}), "The fault 'rule'"),
        ("faults.json", lambda it: it[0].update(id="no name"), "0.id: "),
        ("faults.json", lambda it: it + it, "The fault 'rule' of the bundle: id is there twice"),
        ("interventions.json", lambda it: it[0].update(path="../../server"), "0.path: "),
    ],
)  # fmt: skip
def test_a_part_of_another_form(refused, raw, name, change, told):
    def changed(value):
        new = change(value)
        return new if isinstance(new, type(value)) and not isinstance(new, str) else value

    code, message = refused(forged(raw, name, changed))
    assert code == "damaged_bundle"
    assert told in message


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("journal.json", "/_control/sandboxes/default"),
        ("journal.json", "/%5Fcontrol/sandboxes/default"),
        ("journal.json", "@elsewhere.test/"),
        ("interventions.json", "faults/../../default"),
        ("interventions.json", "faults/%2e%2e/%2E%2E/default"),
        ("interventions.json", "reset"),
        ("interventions.json", "journal"),
    ],
)
def test_a_replay_stays_in_its_sandbox(raw, second, file, shell, name, path):
    def change(value):
        if name == "journal.json":
            value["exchanges"][0]["shown"]["path"] = path
        else:
            value[0]["path"] = path

    file.write_bytes(forged(raw, name, change))
    before = [one.name for one in second.list_sandboxes()]
    ran = shell("replay", file, "--against", second.url)
    assert (ran.code, ran.out) == (2, "")
    assert f"{name} has a request to" in ran.err
    assert [one.name for one in second.list_sandboxes()] == before


def test_a_path_that_leads_elsewhere_is_not_taken(raw, second, file, shell):
    def change(journal):
        journal["exchanges"][0]["shown"]["path"] = "/api/%2E%2e/_control/sandboxes/default"

    file.write_bytes(forged(raw, "journal.json", change))
    ran = shell("replay", file, "--against", second.url)
    assert "its path leads elsewhere" in ran.lines[0]


@pytest.mark.parametrize(
    ("path", "secret"),
    [("/***/sandboxes/default", "_control"), ("/api/v1/***/***/_control/sandboxes/default", "..")],
)
def test_a_secret_does_not_lead_elsewhere(raw, second, file, shell, path, secret):
    """The bundle may tell any password, and where it is to be filled in."""

    def change(journal):
        exchange = journal["exchanges"][0]
        exchange["shown"].update(path=path, method="DELETE")
        parts = [at for at, part in enumerate(path.split("/")) if part == "***"]
        exchange["secrets"] = [{"part": "path", "at": [at], "label": 77} for at in parts]
        place = {"collection": "users", "object": "sly", "field": "password"}
        journal["accounts"] = {"77": place}

    def tell(beginning):
        users = beginning["collections"].setdefault("users", {"order": [], "objects": {}})
        users["objects"]["sly"] = {"password": secret}

    forged_one = forged(forged(raw, "journal.json", change), "beginning.json", tell)
    file.write_bytes(forged_one)
    with second.attach() as default:
        default.state.snapshot("before")
        ran = shell("replay", file, "--against", second.url)
        assert "its path leads elsewhere" in ran.lines[0]
        assert [one.name for one in default.state.snapshots()] == ["before"]
        default.reset()


@pytest.mark.parametrize("name", ["x-understudy-sandbox", "X-Understudy-Sandbox"])
def test_a_header_does_not_lead_into_another_sandbox(raw, second, file, shell, name):
    def change(journal):
        headers = journal["exchanges"][0]["shown"]["request"]["headers"]
        headers.pop("x-understudy-sandbox", None)
        headers[name] = "default"

    file.write_bytes(forged(raw, "journal.json", change))
    ran = shell("replay", file, "--against", second.url)
    assert "it is about another sandbox, default" in ran.lines[0]
    with second.attach() as default:
        assert default.journal.list() == []


def test_a_change_that_is_no_request(raw, second, file, shell):
    change = lambda it: it[0].update(path="faults/\u0001")  # noqa: E731
    file.write_bytes(forged(raw, "interventions.json", change))
    ran = shell("replay", file, "--against", second.url)
    assert ran.code == 2
    assert "is no request" in ran.err


def test_an_object_that_the_contract_does_not_allow(refused, raw):
    def change(state):
        defect = next(iter(state["collections"]["defects"].values()))
        defect["severity"] = "DREADFUL"

    code, message = refused(forged(raw, "state.json", change))
    assert code == "damaged_bundle"
    assert "The contract testr does not allow what the bundle holds" in message
    assert "severity" in message


def test_what_a_scenario_could_say_besides_is_not_read(raw, second):
    sneaky = forged(raw, "state.json", lambda it: it | {"extends": "default", "clock": {"at": "x"}})
    with second.open_bundle(sneaky) as again:
        assert again.show().objects > 100


def test_a_missing_file(shell, tmp_path):
    ran = shell("bundle", "show", tmp_path / "none.understudy")
    assert (ran.code, ran.out) == (2, "")
    assert "none.understudy: cannot be read: No such file" in ran.err


def test_a_file_that_is_none_is_told_by_its_name(shell, file):
    file.write_bytes(b"hello")
    for command in (("bundle", "show"), ("replay",)):
        ran = shell(*command, file)
        assert (ran.code, ran.out) == (2, "")
        assert f"{file}: This is no bundle" in ran.err


def test_only_the_right_media_type_is_read(first, raw):
    answer = httpx.post(
        f"{first.url}/_control/bundles", content=raw, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_content_type")


def test_an_opened_sandbox_that_was_forged_in_harmless_ways_works(raw, second):
    def change(journal):
        for one in journal["exchanges"]:
            one["secrets"] = [{"part": "header", "at": [], "label": 0}]
            one["shown"]["operation"] = "no.such"

    with second.open_bundle(forged(raw, "journal.json", change)) as again:
        assert len(again.journal.list()) == 2
        assert App(again).login().status_code == 200
