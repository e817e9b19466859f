"""`make verify-deploy`: every image built, the compose file brought up as it is, the samples sent through, all taken down."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.verify.bases import base_images, have_bases, have_compose
from deploy.verify.engine import Engine, VerifyError, install, own_engine, private_engine
from deploy.verify.images import build_all, check_all
from deploy.verify.pods import check_pods, check_rendering
from deploy.verify.system import NETWORK, memory, running, send_samples

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Exit code 1 and a sentence when something does not hold."""
    folder = Path(os.environ.get("INGESTIO_HOME", ROOT / ".ingestio")).resolve() / "verify"
    try:
        own = own_engine()
        if own is None:
            install()
        with _engine(own, folder, isolated=False) as engine:
            _say("Base images")
            engine.run(str(ROOT / "deploy/secrets.sh"), quiet=True)
            have_compose(engine, folder)
            standins = have_bases(engine, base_images(engine, ROOT), folder=folder)
            _say("Building")
            build_all(engine, ROOT)
            sizes = check_all(engine)
        with _engine(own, folder, isolated=True) as engine, running(engine, ROOT) as client:
            _say("docker compose up: everything is healthy")
            send_samples(engine, ROOT, client)
            sys.stdout.write(memory(engine))
            pods = check_pods(engine, ROOT, network=NETWORK)
            _say(f"Pods as Kubernetes would run them, asked by their probes: {', '.join(pods)}")
            held = check_rendering(engine, ROOT)
            _say(
                "Overlays are rendered as kubectl does"
                if held
                else "No kubectl here: overlays are rendered by ourselves only"
            )
    except VerifyError as trouble:
        sys.exit(f"Not verified: {trouble}")
    sys.stdout.writelines(f"{image:24} {size:5} MB above its base\n" for image, size in sizes)
    if standins:
        _say(f"Verified on stand-ins for {', '.join(standins)}: our recipe and wiring, not these images themselves.")
    else:
        _say("Verified.")


@contextmanager
def _engine(own: Engine | None, folder: Path, *, isolated: bool) -> Iterator[Engine]:
    if own:
        yield own
    else:
        with private_engine(folder, isolated=isolated) as engine:
            yield engine


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
