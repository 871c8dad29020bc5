"""Worlds: the target as it is, or a sandbox of our own server, whose time can be moved."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx

from understudy import times
from understudy.client import ControlError, Unreachable, connect
from understudy.client.arguments import moment
from understudy.verify.findings import NotDemonstrated
from understudy.verify.guest import Guest
from understudy.verify.ledger import Ledger
from understudy.verify.persona import Persona
from understudy.verify.spec import Account

if TYPE_CHECKING:
    from understudy.client import Sandbox, Server
    from understudy.client.state import SandboxState
    from understudy.verify.suite import Suite

__tracebackhide__ = True

NO_TIME = "it needs a target whose time can be moved, as Understudy's own server through its \
control API"


class World:
    """The personas of one world."""

    def __init__(
        self, suite: Suite, guest: Guest, accounts: Mapping[str, Account], *, is_target: bool
    ) -> None:
        self.suite = suite
        self.guest = guest
        self._accounts = accounts
        self._is_target = is_target
        self._personas: dict[str, Persona] = {}

    def persona(self, name: str) -> Persona:
        """Somebody of this world. Raises NotDemonstrated where nobody was prepared for that."""
        if name not in self._personas:
            account = self._accounts.get(name)
            if account is None:
                raise NotDemonstrated(f"the persona {name} is not configured")
            self.suite.secrecy.learn(account.password)
            given = self.suite.settings.personas.get(name) if self._is_target else None
            self._personas[name] = Persona(
                self.suite, self.guest, name, account,
                expired_access_token=given.expired_access_token if given else None,
                expired_refresh_token=given.expired_refresh_token if given else None,
            )  # fmt: skip
        return self._personas[name]

    def control(self) -> Persona:
        """Who may do everything, and shows that an operation can succeed."""
        specs = self.suite.spec.personas
        return self.persona(next(name for name, one in specs.items() if one.is_needed))

    @property
    def anonymous(self) -> Persona:
        """Somebody without a token."""
        return Persona(self.suite, self.guest, "anonymous", None)

    def account(self) -> Persona:
        """A new account, registered for the rule that asks."""
        anonymous = self.anonymous
        fresh = Account(anonymous.new_email("account"), "Verify-1-Passw0rd")
        self.suite.spec.register(anonymous, fresh).expect(201)
        return Persona(self.suite, self.guest, "account", fresh)


class Scene(World):
    """A sandbox made for one rule: its personas are attributes, its time can be moved."""

    def __init__(self, suite: Suite, client: httpx.Client, sandbox: Sandbox) -> None:
        accounts = {name: one.account for name, one in suite.spec.personas.items()}
        guest = Guest(suite, client, sandbox.headers, None)
        super().__init__(suite, guest, accounts, is_target=False)
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Persona:
        if name.startswith("_") or name not in self._accounts:
            raise AttributeError(name)
        return self.persona(name)

    def advance(self, by: str) -> None:
        """Let time pass: `61m`, `8h`."""
        self.guest.moved += times.duration(by) / 1000
        self._sandbox.clock.advance(by)

    def freeze(self) -> None:
        """Stop the clock: what two requests see is the same moment."""
        self._sandbox.clock.freeze()

    def now(self) -> str:
        """Its time, `2026-01-26T09:00:00.000Z`."""
        return moment(self._sandbox.clock.now())

    @property
    def state(self) -> SandboxState:
        """What it holds, to look at and to change."""
        return self._sandbox.state

    def shortcut(self, name: str, **arguments: Any) -> Any:
        """Set the scene in one step, with a shortcut of the API's contract."""
        return self._sandbox.shortcuts.run(name, **arguments)


class Target:
    """The server to verify, as one process of the run sees it.

    Where it is one of ours, each process works in a sandbox of its own, made from the scenario that
    has the personas. Raises TargetGone and UsageError from `open`.
    """

    def __init__(self, suite: Suite, client: httpx.Client, worker: str) -> None:
        self._suite = suite
        self._client = client
        self._worker = worker
        self._server: Server | None = None
        self._sandbox: Sandbox | None = None
        self.world: World

    def open(self, server_url: str | None) -> None:
        """Make ready. server_url: that of our own server, None for another one.

        A read-only run makes no sandbox, as that were a write, and has no scenes.
        """
        suite, is_apart = self._suite, False
        headers = dict(suite.settings.headers)
        accounts = {
            name: Account(one.email, one.password) for name, one in suite.settings.personas.items()
        }
        if server_url is not None and not accounts:
            accounts = {name: one.account for name, one in suite.spec.personas.items()}
            is_apart = not suite.settings.read_only
        if server_url is not None and not suite.settings.read_only:
            self._server = connect(server_url, suite.settings.control_token)
        if self._server is not None and is_apart:
            self._sandbox = self._server.sandbox(
                suite.spec.scenario, seed=f"{suite.seed}", name=self._name_of_sandbox()
            )
            headers |= self._sandbox.headers
        guest = Guest(
            suite, self._client, headers, Ledger(suite.spec, suite.prefix, suite.is_minted)
        )
        self.world = World(suite, guest, accounts, is_target=True)

    def _name_of_sandbox(self) -> str:
        """One that no run before has left behind."""
        return f"{self._suite.prefix}{self._worker}-{secrets.token_hex(2)}"

    def scene(self) -> Scene:
        """A world for one rule. Raises NotDemonstrated where the target has none to give."""
        if self._server is None:
            raise NotDemonstrated(NO_TIME)
        seed = f"{self._suite.seed}/{self._suite.test}"
        sandbox = self._server.sandbox(self._suite.spec.scenario, seed=seed)
        return Scene(self._suite, self._client, sandbox)

    def strike(self, scene: Scene) -> None:
        """Take a scene away again."""
        scene._sandbox.close()

    def close(self) -> None:
        """Leave nothing of the run on our own server."""
        try:
            if self._sandbox is not None:
                self._sandbox.close()
        except (ControlError, Unreachable):
            pass  # the report tells of a target that is gone
        if self._server is not None:
            self._server.close()
