"""`python -m deploy.roll_out OVERLAY`: checks, migrations, then service by service with a look at each; back again when one fails.

OVERLAY is a folder of deploy/k8s/overlays, the canary too. `--back` takes every Deployment to the revision before. `--check`
only checks. Needs kubectl and its current context. See docs/upgrade.md.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import yaml

from deploy.roll_out.checks import problems
from deploy.roll_out.cluster import Cluster, RollOutError
from deploy.roll_out.steps import roll_back, roll_out

OVERLAYS = Path(__file__).resolve().parents[1] / "k8s/overlays"


def main() -> None:
    """Exit code 1 and a sentence when it was not rolled out."""
    parser = argparse.ArgumentParser(prog="python -m deploy.roll_out", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("overlay", choices=sorted(folder.name for folder in OVERLAYS.iterdir()))
    parser.add_argument("--check", action="store_true", help="only check whether it could be rolled out")
    parser.add_argument("--back", action="store_true", help="take every Deployment to the revision before this one")
    parser.add_argument("--without-backup", action="store_true", help="go on though there is no fresh backup")
    parser.add_argument("--settle", type=float, default=30, help="seconds a service must stay well before the next")
    wish = parser.parse_args()
    try:
        documents = _rendered(OVERLAYS / wish.overlay)
        cluster = Cluster(documents, say=_say)
        if wish.back:
            roll_back(cluster, cluster.names("Deployment"))
            return
        _check(cluster, backup=not wish.without_backup)
        if not wish.check:
            roll_out(cluster, settle=wish.settle)
    except RollOutError as trouble:
        sys.exit(str(trouble))
    _say("All is well." if not wish.check else "It could be rolled out.")


def _check(cluster: Cluster, *, backup: bool) -> None:
    if found := problems(cluster, backup=backup):
        raise RollOutError("\n".join(["It is not rolled out:", *(f"  {problem}" for problem in found)]))


def _rendered(folder: Path) -> list[dict[str, object]]:
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)  # noqa: S603, S607  # kubectl, wherever it is
    if done.returncode:
        raise RollOutError(f"{folder.name} cannot be rendered: {done.stderr.strip()}")
    return list(yaml.safe_load_all(done.stdout))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
