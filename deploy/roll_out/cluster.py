"""The cluster that kubectl speaks to, and what is to run in it."""

import json
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import yaml

Document = dict[str, Any]
Run = Callable[[Sequence[str], str], tuple[int, str, str]]  # arguments, input -> exit code, output, errors


class RollOutError(Exception):
    """What keeps a release from being rolled out; for a person to read."""


def kubectl(arguments: Sequence[str], given: str) -> tuple[int, str, str]:
    done = subprocess.run(["kubectl", *arguments], input=given, capture_output=True, text=True, check=False)  # noqa: S603, S607  # as above
    return done.returncode, done.stdout, done.stderr


class Cluster:
    """Everything of one overlay, and commands on it in its namespace."""

    def __init__(self, documents: Sequence[Document], *, say: Callable[[str], None], run: Run = kubectl) -> None:
        self.documents = documents
        self.say = say
        self._run = run
        (self.namespace,) = {one["metadata"]["namespace"] for one in documents if "namespace" in one["metadata"]}

    def names(self, kind: str) -> list[str]:
        return [one["metadata"]["name"] for one in self.documents if one["kind"] == kind]

    def tell(self, *arguments: str, given: str = "") -> str:
        """What kubectl said. Raises RollOutError when it failed."""
        code, output, errors = self._run(["--namespace", self.namespace, *arguments], given)
        if code:
            raise RollOutError(f"kubectl {' '.join(arguments[:3])}: {errors.strip()}")
        return output

    def succeeds(self, *arguments: str) -> bool:
        return self._run(["--namespace", self.namespace, *arguments], "")[0] == 0

    def find(self, kind: str, name: str = "") -> Any:
        """An object, or with no name all of a kind; None for what is not there."""
        text = self.tell("get", kind, *([name] if name else []), "--ignore-not-found", "--output=json")
        return json.loads(text) if text.strip() else None

    def apply(self, documents: Sequence[Document]) -> None:
        self.tell("apply", "--filename=-", given=yaml.safe_dump_all(documents))
