"""A run of a suite: what is selected, and what it is told of the target."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from understudy.verify import spec as specs
from understudy.verify.config.settings import FULL, Settings
from understudy.verify.rules import CROSS, Rule
from understudy.verify.tally import Tally


class Run:
    """One run, in the process that reports and in those that work for it.

    server_url: that of our own server, None where the target is another one. tests: those to
    repeat, with or without their cases, None for all that are selected. select: rule ids, None for
    all. stop_file: as soon as it is there, no process begins another test.
    """

    current: ClassVar[Run | None] = None
    """The run that this process's next pytest is for."""

    def __init__(
        self,
        settings: Settings,
        *,
        prefix: str,
        server_url: str | None,
        keeps_all: bool = False,
        tests: Iterable[str] | None = None,
        select: Iterable[str] | None = None,
        stop_file: str | None = None,
    ) -> None:
        self.settings = settings
        self.prefix = prefix
        self.server_url = server_url
        self.keeps_all = keeps_all
        self.tests = None if tests is None else frozenset(tests)
        self.select = None if select is None else frozenset(select)
        self.stop_file = Path(stop_file or _new_stop_file())
        self.spec = specs.load(settings.contract)
        self.contract = specs.contract_of(settings.contract)
        self.tally = Tally(settings)
        self._tags = {one.operation_id: one.tag for one in self.contract.operations}

    def to_json(self) -> str:
        """What another process needs to know of it."""
        return json.dumps(
            {
                "settings": self.settings.to_json(),
                "prefix": self.prefix,
                "server_url": self.server_url,
                "keeps_all": self.keeps_all,
                "tests": None if self.tests is None else sorted(self.tests),
                "select": None if self.select is None else sorted(self.select),
                "stop_file": str(self.stop_file),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Run:
        """What `to_json` wrote."""
        given = json.loads(text)
        return cls(Settings.from_json(given.pop("settings")), **given)

    def is_in_profile(self, tag: str) -> bool:
        """Whether rules about operations of a tag are run."""
        settings = self.settings
        if settings.tags and tag not in settings.tags:
            return False
        return settings.profile == FULL or tag in self.spec.profiles.get(
            settings.profile, {settings.profile}
        )

    def wants(self, rule: Rule, test: str | None) -> bool:
        """Whether a test of a rule is run."""
        if not self._is_repeated(test):
            return False
        if self.select is not None and rule.id not in self.select:
            return False
        return rule.level in self.settings.levels and self.is_about(rule) and self.is_named(rule)

    def _is_repeated(self, test: str | None) -> bool:
        if self.tests is None or test is None:
            return True
        return test in self.tests or test.partition("[")[0] in self.tests

    def is_about(self, rule: Rule) -> bool:
        """Whether the tags that were asked for have a rule. One of all tags that runs once for each
        operation is run for those of the tags.
        """
        if rule.tag != CROSS:
            return self.is_in_profile(rule.tag)
        settings = self.settings
        if rule.operations:
            return bool(self.operations_of(rule))
        is_whole = settings.profile == FULL or settings.profile in self.spec.profiles
        return is_whole and not settings.tags

    def tests_of(self, rule: Rule) -> int:
        """How many tests a rule has, in the profile."""
        if rule.operations:
            return len(self.operations_of(rule))
        return 1 if rule.values is None else len(rule.values)

    def operations_of(self, rule: Rule) -> list[str]:
        """The operations that a rule runs once for each, those of the profile."""
        return [one for one in rule.operations if self.is_in_profile(self._tags[one])]

    def is_named(self, rule: Rule) -> bool:
        """Whether the keyword is in the rule's id, its promise or its group."""
        keyword = self.settings.keyword
        text = f"{rule.id} {rule.promise} {rule.group}".lower()
        return keyword is None or keyword.lower() in text

    def reason_to_disable(self, rule: Rule) -> str | None:
        """Why the configuration does not let a rule run."""
        if rule.id in self.settings.disabled_rules:
            return self.settings.disabled_rules[rule.id]
        off = [name for name in rule.features if name in self.settings.features_off]
        return f"the feature {off[0]} is switched off" if off else None

    def stop(self) -> None:
        """Let no process begin another test."""
        self.stop_file.touch()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody called `stop`, in whichever process."""
        return self.stop_file.exists()

    def reason_to_stop(self) -> str | None:
        """Why the rest of the rules need not run."""
        if self.tally.is_gone:
            return "the target is gone"
        return "the first failure" if self.settings.fail_fast and self.tally.has_failed else None


def _new_stop_file() -> Path:
    return Path(tempfile.gettempdir()) / f"understudy-verify-{uuid.uuid4().hex}.stop"
