"""Installs RabbitMQ ahead of the first start: `python -m ingestio.stack.rabbitmq_install`."""

import sys

from ingestio.stack.errors import StackError
from ingestio.stack.home import Home, default_home
from ingestio.stack.rabbitmq_package import ensure_installed


def main() -> None:
    try:
        server = ensure_installed(log=Home(default_home()).logs / "rabbitmq-install.log", say=print)
    except StackError as problem:
        sys.exit(str(problem))
    sys.stdout.write(f"RabbitMQ is installed: {server}\n")


if __name__ == "__main__":
    main()
