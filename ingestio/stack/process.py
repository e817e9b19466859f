"""Child processes: started in a session of their own, ended with us, and written down so that a next start finds them."""

import asyncio
import json
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from ingestio.stack.errors import StackError
from ingestio.stack.home import Home
from ingestio.stack.ready import wait_ready

LOG_LIMIT_BYTES = 10_000_000
BEFORE_STOP_SECONDS = 3


@dataclass(frozen=True)
class Recipe:
    """How one process is run: `stop_with` asks it to end, after `patience` seconds it is killed.

    `dies_with` is what the kernel sends it when we die before we could ask. `before_stop` is a command that runs before it is asked.
    """

    name: str
    command: Sequence[str | Path]
    folder: Path
    environ: Mapping[str, str]
    stop_with: signal.Signals = signal.SIGTERM
    dies_with: signal.Signals = signal.SIGTERM
    before_stop: Sequence[str | Path] = ()
    patience: float = 20
    privileges: Sequence[str] = ()  # options for setpriv: another account, a capability
    leaves: Sequence[Path] = ()  # files outside its folder that it does not remove


@dataclass(frozen=True)
class Child:
    """A process of ours that runs, or ran."""

    recipe: Recipe
    process: subprocess.Popen[bytes]
    log: Path
    record: Path

    def check_alive(self) -> None:
        """Raises StackError if the process has ended by itself."""
        if self.process.poll() is not None:
            raise StackError(f"{self.recipe.name} ended while it started. Its last words are in {self.log}")

    async def ready(self, answers: Callable[[], Awaitable[None]], *, within: float) -> None:
        """Wait until it answers. Raises StackError if it does not within that many seconds, or ends."""
        what = f"{self.recipe.name} (its log is {self.log})"
        await wait_ready(answers, what=what, within=within, check=self.check_alive)

    async def stop(self) -> None:
        """Ask it to end, wait, and kill it if it does not."""
        if self.process.poll() is None and self.recipe.before_stop:
            await asyncio.to_thread(self._run_before_stop)
        if self.process.poll() is None:
            self.process.send_signal(self.recipe.stop_with)
        try:
            await asyncio.to_thread(self.process.wait, self.recipe.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)
        for file in (self.record, *self.recipe.leaves):
            file.unlink(missing_ok=True)

    def _run_before_stop(self) -> None:
        """What goes wrong is in the log; the process is asked to end all the same."""
        with self.log.open("ab") as out:
            try:
                subprocess.run(  # noqa: S603 -- as in `launch`
                    self.recipe.before_stop,
                    cwd=self.recipe.folder,
                    env=dict(self.recipe.environ),
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    timeout=BEFORE_STOP_SECONDS,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as problem:
                out.write(f"before its stop: {type(problem).__name__}\n".encode())


def launch(recipe: Recipe, *, home: Home) -> Child:
    """Start a process and write down who it is. Raises StackError if its program cannot be run."""
    log = home.logs / f"{recipe.name}.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:
        try:
            process = subprocess.Popen(  # noqa: S603 -- programs and arguments are ours
                wrapped(recipe.command, privileges=recipe.privileges, dies_with=recipe.dies_with),
                cwd=recipe.folder,
                env=dict(recipe.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C in the terminal reaches us, and we stop the parts in order
            )
        except OSError as problem:
            raise StackError(f"{recipe.name} could not be started: {problem}") from problem
    record = home.run / f"{recipe.name}.json"
    born = psutil.Process(process.pid).create_time()
    record.write_text(json.dumps({"pid": process.pid, "born": born, "end_with": int(recipe.dies_with)}))
    return Child(recipe, process, log, record)


def wrapped(
    command: Sequence[str | Path], *, privileges: Sequence[str], dies_with: signal.Signals | None = None
) -> list[str]:
    """The command under setpriv, so that the kernel signals it when we die, however we die.

    Where there is no setpriv (not Linux) the next start ends what a killed parent left.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return [str(part) for part in command]
    death = [f"--pdeathsig={dies_with.name.removeprefix('SIG')}"] if dies_with else []
    if not death and not privileges:
        return [str(part) for part in command]
    return [setpriv, *death, *privileges, "--", *(str(part) for part in command)]
