"""The OpenAPI document says of every error what it is: problem details, under their own media type."""

from functools import partial
from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
_SCHEMA = {"$ref": "#/components/schemas/ProblemDetails"}


def describe_problems(app: FastAPI) -> None:
    """FastAPI describes each answer under one media type, that of the route; errors have another."""
    app.openapi = partial(_described, app, app.openapi)  # type: ignore[method-assign]  # FastAPI's documented way


def _described(app: FastAPI, describe: Any) -> dict[str, Any]:
    if not app.openapi_schema:
        for path in describe()["paths"].values():
            for operation in path.values():
                _name_problems(operation["responses"])
    described: dict[str, Any] = describe()
    return described


def _name_problems(answers: dict[str, Any]) -> None:
    for status, answer in answers.items():
        if status in {"4XX", "5XX"}:
            answer["content"] = {PROBLEM: {"schema": _SCHEMA}}
        elif status.startswith("4"):
            answer["content"][PROBLEM] = {"schema": _SCHEMA}
