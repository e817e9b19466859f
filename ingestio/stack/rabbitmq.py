"""A private RabbitMQ node from the distribution's package: own cookie, own port mapper, own ports, no guest."""

import asyncio
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingestio.stack.environ import child_environ
from ingestio.stack.errors import StackError
from ingestio.stack.home import Home
from ingestio.stack.passwords import Passwords, write_private
from ingestio.stack.process import Child, Recipe
from ingestio.stack.rabbitmq_package import ensure_installed
from ingestio.stack.ready import management_answers, rabbitmq_answers

PORTS = ("amqp", "management", "dist", "epmd")
USER = VHOST = "ingestio"
NODE = "ingestio@localhost"
READY_SECONDS = 90
PLUGINS = "[rabbitmq_management].\n"
# What RabbitMQ 3.10 loads module by module as it starts. An application at a time takes half the processor time.
APPLICATIONS = """
kernel stdlib sasl compiler syntax_tools tools xmerl inets asn1 crypto public_key ssl os_mon mnesia
rabbit rabbit_common rabbitmq_prelaunch rabbitmq_management rabbitmq_management_agent rabbitmq_web_dispatch
amqp_client amqp10_common cowboy cowlib ranch ra aten osiris seshat gen_batch_server cuttlefish enough recon observer_cli jsx
syslog systemd sysmon_handler stdout_formatter credentials_obfuscation
"""
# For this node alone: it starts a second one for a moment, which looks after its port mapper.
LOAD_AT_ONCE = f"""\
os:unsetenv("ERL_AFLAGS"), catch [code:ensure_modules_loaded([list_to_atom(filename:rootname(F)) || F <- Files, filename:extension(F) == ".beam"])
 || A <- [{", ".join(APPLICATIONS.split())}], {{ok, Files}} <- [file:list_dir(code:lib_dir(A, ebin))]]."""
CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
default_user = {user}
default_pass = {password}
default_vhost = {vhost}
log.dir = {logs}
log.file = rabbitmq-node.log
log.file.level = info
log.file.rotation.size = 10485760
log.file.rotation.count = 1
log.console = false
"""


async def start_rabbitmq(
    *,
    home: Home,
    ports: dict[str, int],
    passwords: Passwords,
    run: Callable[[Recipe], Child],
    say: Callable[[str], None],
) -> tuple[str, str]:
    """Start the node; returns the URLs of AMQP and of the management interface."""
    server = await asyncio.to_thread(ensure_installed, log=home.logs / "rabbitmq-install.log", say=say)
    folder = _prepare(home, ports, passwords)
    epmd = run(_epmd(folder, ports))
    node = run(_node(folder, ports, server=server))
    login = f"{USER}:{passwords.rabbitmq}@127.0.0.1"
    amqp, management = f"amqp://{login}:{ports['amqp']}/{VHOST}", f"http://{login}:{ports['management']}"
    await node.ready(partial(rabbitmq_answers, amqp), within=READY_SECONDS)
    await node.ready(partial(management_answers, management), within=READY_SECONDS)
    epmd.check_alive()
    return amqp, management


def _prepare(home: Home, ports: dict[str, int], passwords: Passwords) -> Path:
    folder = home.folder("rabbitmq").resolve()
    folder.chmod(0o700)
    home.folder("rabbitmq", "conf.d")
    cookie = folder / ".erlang.cookie"
    write_private(cookie, passwords.erlang_cookie)
    cookie.chmod(0o400)
    config = CONFIG.format(**ports, user=USER, password=passwords.rabbitmq, vhost=VHOST, logs=home.logs.resolve())
    write_private(folder / "rabbitmq.conf", config)
    (folder / "rabbitmq-env.conf").write_text("")
    (folder / "enabled_plugins").write_text(PLUGINS)
    return folder


def _epmd(folder: Path, ports: dict[str, int]) -> Recipe:
    """Erlang's port mapper in the foreground: a node would start one that outlives it."""
    environ = child_environ(folder)
    program = shutil.which("epmd", path=environ["PATH"])
    if program is None:
        raise StackError("Erlang's epmd is missing. Install the package erlang-base, or set INGESTIO_RABBITMQ_URL.")
    command = [program, "-address", "127.0.0.1", "-port", str(ports["epmd"])]
    return Recipe(name="epmd", command=command, folder=folder, environ=environ, patience=2)


def _node(folder: Path, ports: dict[str, int], *, server: Path) -> Recipe:
    environ = child_environ(folder) | {
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder.parent / "logs"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(folder / "conf.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_DIST_PORT": str(ports["dist"]),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_ALLOW_INPUT": "1",  # the script then becomes the node instead of watching it: one process, one number
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(_erlang_flags()),
        "ERL_AFLAGS": f"-eval '{LOAD_AT_ONCE}'",
        "ERL_ZFLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",  # for that second one too
    }
    return Recipe(
        name="rabbitmq",
        command=[server],
        folder=folder,
        environ=environ,
        # It ends the statistics of its management as it stops, by a question to who waits for its stop: five seconds, for nothing.
        before_stop=[
            "erl_call",
            "-sname",
            NODE,
            "-a",
            "gen_event delete_handler [rabbit_event,rabbit_mgmt_db_handler,[]]",
        ],
    )


def _erlang_flags() -> list[str]:
    schedulers = min(4, os.cpu_count() or 1)
    return [
        "-noinput",
        "-start_epmd false",
        "-code_path_choice strict",  # not to look for archives beside every folder saves a second
        f"+S {schedulers}:{schedulers}",
        "+sbwt none +sbwtdcpu none +sbwtdio none",  # idle threads sleep instead of spinning
    ]
