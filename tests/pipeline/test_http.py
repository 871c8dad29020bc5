"""What every operation has in common: error bodies, methods, bodies, request ids, cross-origin
requests.
"""

from __future__ import annotations

import json
import socket

import httpx
import pytest

import understudy


@pytest.fixture
def raw(world, server):
    """A client without the second judge, for what no operation answers."""
    with httpx.Client(base_url=server.url, headers={"X-Understudy-Sandbox": world.name}) as client:
        yield client


def create(client, **changes):
    return client.post("/defects", json={"title": "Something is wrong", **changes})


class TestAddresses:
    @pytest.mark.parametrize(
        "path", ["/api/v1/nothing", "/api/v1/", "/api/v1/defects/", "/nothing", "/api/v2/defects"]
    )
    def test_an_unknown_path_is_404_with_the_contracts_body(self, raw, path):
        response = raw.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/json"
        assert response.json()["error"] == "not_found"

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("DELETE", "/defects", "GET, HEAD, OPTIONS, POST"),
            ("GET", "/auth/login", "OPTIONS, POST"),
            (
                "PATCH",
                "/test-plans/6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11",
                "DELETE, GET, HEAD, OPTIONS, PUT",
            ),
            ("TRACE", "/defects", "GET, HEAD, OPTIONS, POST"),
        ],
    )
    def test_a_wrong_method_is_405_and_tells_the_right_ones(self, raw, method, path, allowed):
        response = raw.request(method, f"/api/v1{path}")
        assert response.status_code == 405
        assert response.headers["allow"] == allowed
        assert response.json()["error"] == "method_not_allowed"

    def test_literal_paths_win_over_parameters(self, world):
        assert "total" in world.client().get("/defects/statistics").json()

    def test_an_encoded_slash_stays_inside_its_parameter(self, world):
        response = world.client().get("/defects/a%2Fb")
        assert response.status_code == 400
        assert list(response.json()["details"]) == ["defect_id"]

    @pytest.mark.parametrize(
        "sent",
        [
            b"no request at all\r\n\r\n",
            b"GET /api/v1/defects?search=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        ],
        ids=["garbage", "a very long address", "a length that is no number"],
    )
    def test_what_is_no_http_is_told_in_the_contracts_form(self, server, sent):
        address = httpx.URL(server.url)
        with socket.create_connection((address.host, address.port), timeout=10) as connection:
            connection.sendall(sent)
            head, _, body = b"".join(iter(lambda: connection.recv(4096), b"")).partition(
                b"\r\n\r\n"
            )
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"content-type: application/json" in head
        assert json.loads(body)["error"] == "malformed_request"

    def test_an_offer_to_upgrade_is_not_taken(self, world):
        offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"}
        body = {"email": "admin@acme.test", "password": "Passw0rd!"}
        assert world.anonymous.post("/auth/login", json=body, headers=offer).status_code == 200


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"",
            b"nonsense",
            b'{"title": NaN}',
            b"\xff\xfe",
            b'{"title": "\\ud800"}',
            b"{} trailing",
        ],
    )
    def test_malformed_json_is_400(self, world, body):
        response = world.client().post(
            "/defects", content=body, headers={"Content-Type": "application/json"}
        )
        expected = (422, "validation_error") if not body else (400, "malformed_json")
        assert (response.status_code, response.json()["error"]) == expected

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""]
    )
    def test_another_content_type_is_400(self, world, content_type):
        response = world.client().post(
            "/defects", content=b'{"title": "x"}', headers={"Content-Type": content_type}
        )
        assert (response.status_code, response.json()["error"]) == (400, "unsupported_content_type")

    @pytest.mark.parametrize(
        "content_type", ["application/json", "Application/JSON; charset=utf-8"]
    )
    def test_json_is_read_whatever_its_parameters(self, world, content_type):
        response = world.client().post(
            "/defects", content=b'{"title": "x"}', headers={"Content-Type": content_type}
        )
        assert response.status_code == 201

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_body_over_ten_mebibytes_is_400(self, world, chunked):
        body = json.dumps({"title": "x", "description": "y" * (10 * 1024 * 1024)}).encode()
        content = iter([body[:4096], body[4096:]]) if chunked else body
        response = world.client().post(
            "/defects", content=content, headers={"Content-Type": "application/json"}
        )
        assert (response.status_code, response.json()["error"]) == (400, "body_too_large")

    @pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
    def test_json_that_is_no_object_is_422(self, world, body):
        response = world.client().post(
            "/defects", content=body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 422
        assert list(response.json()["details"]) == ["body"]

    def test_every_field_at_fault_is_named_at_once(self, world):
        response = create(
            world.client(), title="", severity="AWFUL", steps=[{"step_number": "one"}]
        )
        assert response.status_code == 422
        assert {"title", "severity", "steps.0.step_number"} <= set(response.json()["details"])

    def test_undocumented_fields_are_ignored_and_never_stored(self, world):
        step = {"step_number": 1, "description": "Click", "mood": "bad"}
        response = create(world.client(), id="mine", colour="red", steps=[step])
        assert response.status_code == 201
        stored = world.client().get(f"/defects/{response.json()['id']}").json()
        assert "colour" not in stored
        assert "mood" not in stored["steps"][0]
        assert stored["id"] != "mine"

    def test_undocumented_query_parameters_are_ignored(self, world):
        assert world.client().get("/defects", params={"colour": "red"}).status_code == 200


class TestParameters:
    @pytest.mark.parametrize("value", ["0", "201", "-1", "many", "1.5", "", "1e2", "9" * 30])
    def test_a_limit_of_the_wrong_kind_is_400(self, world, value):
        response = world.client().get("/test-runs", params={"limit": value})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_parameter")
        assert list(response.json()["details"]) == ["limit"]

    def test_every_parameter_at_fault_is_named_at_once(self, world):
        response = world.client().get(
            "/test-runs", params={"limit": "x", "offset": "-1", "status": "LATE"}
        )
        assert set(response.json()["details"]) == {"limit", "offset", "status"}

    def test_an_id_that_is_no_uuid_is_400(self, world):
        assert world.client().get("/defects/DEF-001").status_code == 400

    def test_a_workspace_header_that_is_no_uuid_is_refused(self, world):
        response = world.client().get("/defects", headers={"X-Workspace-ID": "mine"})
        assert response.status_code == 403

    @pytest.mark.parametrize("name", ["Authorization", "X-Workspace-ID", "X-Understudy-Sandbox"])
    def test_a_header_that_says_who_asks_may_stand_there_only_once(self, world, name):
        known = world.client().headers
        twice = [(name, known.get(name, "one")), (name, "another")]
        rest = [(key, value) for key, value in known.items() if key.lower() != name.lower()]
        response = httpx.get(f"{world.server.api_url}/auth/me", headers=[*rest, *twice])
        assert (response.status_code, response.json()["error"]) == (400, "invalid_parameter")
        assert list(response.json()["details"]) == [name.lower()]

    def test_other_headers_may_be_repeated(self, world):
        headers = [*world.client().headers.items(), ("X-Other", "1"), ("X-Other", "2")]
        assert httpx.get(f"{world.server.api_url}/auth/me", headers=headers).status_code == 200


class TestOrderOfRefusals:
    def test_401_comes_before_everything(self, world):
        for path in ("/defects", "/test-plans"):
            assert world.anonymous.post(path, content=b"{").status_code == 401

    def test_even_before_a_body_that_is_too_large(self, world):
        body = b" " * (10 * 1024 * 1024 + 1)
        json_type = {"Content-Type": "application/json"}
        assert world.anonymous.post("/defects", content=body, headers=json_type).status_code == 401
        viewer = world.client("viewer@acme.test")
        assert viewer.post("/defects", content=body, headers=json_type).status_code == 403

    def test_402_comes_before_the_body(self, world):
        client = world.client("admin@expired.test")
        assert client.post("/defects", json={}).status_code == 402

    def test_403_for_the_role_comes_before_the_body(self, world):
        response = world.client("viewer@acme.test").post("/defects", json={})
        assert (response.status_code, response.json()["error"]) == (403, "read_only")

    def test_422_comes_before_404(self, world):
        nobodys = "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11"
        client = world.client()
        assert client.post("/folders", json={"test_plan_id": nobodys}).status_code == 422
        assert (
            client.post("/folders", json={"test_plan_id": nobodys, "name": "x"}).status_code == 404
        )


class TestFailuresInside:
    def test_a_crash_is_500_with_a_request_id_and_no_traceback(self, world, monkeypatch, caplog):
        client = world.client()
        operation = self.operation(world, "GET", "/api/v1/defects")
        monkeypatch.setattr(operation, "_handler", lambda ctx, **query: 1 / 0)
        response = client.get("/defects", headers={"X-Request-ID": "find-me"})
        assert response.status_code == 500
        assert response.json()["error"] == "server_error"
        assert "find-me" in response.json()["message"]
        assert "ZeroDivisionError" not in response.text
        assert "ZeroDivisionError" in caplog.text
        assert "find-me" in caplog.text

    def test_an_answer_against_the_contract_is_500_and_changes_nothing(
        self, world, monkeypatch, caplog
    ):
        client = world.client()
        operation = self.operation(world, "POST", "/api/v1/defects")

        def insert_and_lie(ctx, body):
            ctx.store["defect_folders"].insert(
                {
                    "id": ctx.ids.new(),
                    "_workspace_id": ctx.workspace["id"],
                    "name": "x",
                    "parent_id": None,
                }
            )
            return {"id": 7, "surprise": True}, 201

        monkeypatch.setattr(operation, "_handler", insert_and_lie)
        response = create(client)
        assert (response.status_code, response.json()["error"]) == (500, "contract_violation")
        assert "surprise" in caplog.text
        assert len(world.sandbox.store["defect_folders"]) == 0

    def test_an_undocumented_status_is_500(self, world, monkeypatch):
        client = world.client()
        monkeypatch.setattr(
            self.operation(world, "GET", "/api/v1/defects"),
            "_handler",
            lambda ctx, **query: ({}, 202),
        )
        assert client.get("/defects").json()["error"] == "contract_violation"

    @staticmethod
    def operation(world, method, path):
        found = world.server.app._asgi._routes.find(path)
        return found[0][method]


class TestRequestIds:
    def test_a_clients_own_is_answered(self, world):
        response = world.client().get("/auth/me", headers={"X-Request-ID": "abc-123"})
        assert response.headers["x-request-id"] == "abc-123"

    def test_one_is_made_otherwise(self, world):
        ids = {world.client().get("/auth/me").headers["x-request-id"] for _ in range(3)}
        assert len(ids) == 3

    @pytest.mark.parametrize("value", ["has space", "x" * 129, "semi;colon"])
    def test_a_strange_one_is_replaced(self, world, value):
        assert (
            world.client().get("/auth/me", headers={"X-Request-ID": value}).headers["x-request-id"]
            != value
        )

    def test_refusals_have_one_too(self, raw):
        assert raw.get("/api/v1/nothing").headers["x-request-id"]


class TestOtherMethods:
    def test_head_is_get_without_the_body(self, world):
        client = world.client()
        get, head = client.get("/test-plans"), client.head("/test-plans")
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == get.headers["content-length"]

    def test_head_where_there_is_no_get_is_405(self, raw):
        assert raw.head("/api/v1/auth/login").status_code == 405

    def test_options_tells_the_methods_without_a_token(self, raw):
        response = raw.options("/api/v1/defects")
        assert response.status_code == 200
        assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"

    def test_a_preflight_is_granted(self, raw):
        asked = {
            "Origin": "http://elsewhere.test",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, x-workspace-id",
        }
        answer = raw.options("/api/v1/defects", headers=asked).headers
        assert answer["access-control-allow-origin"] == "*"
        assert "POST" in answer["access-control-allow-methods"]
        assert answer["access-control-allow-headers"] == "authorization, x-workspace-id"

    def test_answers_and_refusals_can_be_read_across_origins(self, world, raw):
        elsewhere = {"Origin": "http://elsewhere.test"}
        assert (
            world.client().get("/auth/me", headers=elsewhere).headers["access-control-allow-origin"]
            == "*"
        )
        refused = raw.get("/api/v1/auth/me", headers=elsewhere)
        assert refused.status_code == 401
        assert "X-Request-ID" in refused.headers["access-control-expose-headers"]

    def test_same_origin_answers_stay_plain(self, world):
        assert "access-control-allow-origin" not in world.client().get("/auth/me").headers


class TestDocuments:
    @pytest.mark.parametrize("path", ["/openapi.json", "/api/v1/openapi.json"])
    def test_the_contract_is_served_bundled(self, raw, path):
        document = raw.get(path).json()
        assert sum(len(methods) for methods in document["paths"].values()) == 63
        assert document["servers"][0]["url"] == "/api/v1"
        references = [word for word in json.dumps(document).split('"') if ".yaml" in word]
        assert references == []
        assert "x-collections" not in document

    def test_the_documentation_is_a_page(self, raw):
        page = raw.get("/docs/")
        assert page.status_code == 200
        assert "text/html" in page.headers["content-type"]
        assert "swagger-ui" in page.text
        assert raw.get("/docs").is_redirect

    def test_the_documentation_needs_nothing_from_elsewhere(self, raw):
        config = raw.get("/docs/swagger-ui-config.json").json()
        shown = [one["url"] for one in config["urls"]]
        assert shown == ["/api/v1/openapi.json", "/_control/openapi.json"]
        assert raw.get("/docs/swagger-ui-bundle.js").status_code == 200

    def test_a_page_that_is_not_there_is_404(self, raw):
        response = raw.get("/docs/nothing")
        assert (response.status_code, response.json()["error"]) == (404, "not_found")

    def test_the_root_leads_to_the_documentation(self, raw):
        assert raw.get("/").headers["location"] == "/docs/"


class TestTime:
    def test_the_date_header_is_the_sandboxes(self, world):
        assert world.client().get("/auth/me").headers["date"] == "Mon, 26 Jan 2026 09:00:00 GMT"
        world.clock.advance(minutes=5)
        assert world.client().get("/auth/me").headers["date"] == "Mon, 26 Jan 2026 09:05:00 GMT"


def day(server):
    """A few requests of every kind, and all that came back."""
    seen = []
    with httpx.Client(base_url=server.api_url) as client:

        def keep(response):
            seen.append((response.status_code, sorted(response.headers.items()), response.content))
            return response

        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        tokens = keep(client.post("/auth/login", json=login)).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        keep(client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]}))
        plan = keep(client.post("/test-plans", json={"name": "Plan"})).json()
        keep(client.post("/test-cases", json={"name": "Case", "test_plan_id": plan["id"]}))
        keep(create(client))
        keep(client.post("/defects", json={}))
        keep(client.get("/defects"))
    return seen


def test_two_runs_with_the_same_seed_and_clock_give_the_same_bytes():
    runs = []
    for _ in range(2):
        with understudy.run(seed=7, clock="2026-01-26T09:00:00Z") as server:
            runs.append(day(server))
    assert runs[0] == runs[1]


def test_another_seed_gives_other_bytes():
    runs = []
    for seed in (7, 8):
        with understudy.run(seed=seed, clock="2026-01-26T09:00:00Z") as server:
            runs.append(day(server))
    assert runs[0][0][2] != runs[1][0][2]


def test_strict_refuses_what_the_contract_does_not_know():
    with (
        understudy.run(scenario="empty", strict=True) as server,
        httpx.Client(base_url=server.api_url) as client,
    ):
        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        client.headers["Authorization"] = (
            f"Bearer {client.post('/auth/login', json=login).json()['access_token']}"
        )
        field = create(client, colour="red")
        assert (field.status_code, field.json()["details"]) == (
            422,
            {"colour": ["is not documented"]},
        )
        both = client.post("/defects", json={"colour": "red"})
        assert set(both.json()["details"]) == {"colour", "title"}
        parameter = client.get("/defects", params={"colour": "red"})
        assert (parameter.status_code, parameter.json()["details"]) == (
            422,
            {"colour": ["is not documented"]},
        )
        assert client.get("/defects").json()["total"] == 0
