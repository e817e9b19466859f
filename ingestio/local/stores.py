"""The stores of a running stack."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stores:
    """`postgres` is an administrator's URL, `s3` ends in the bucket."""

    postgres: str
    rabbitmq: str
    s3: str
