"""The images ours are built on and run beside: pulled, or stood in for where no registry answers."""

import re
import shutil
import sys
from pathlib import Path

from deploy.verify.engine import Engine, VerifyError

STANDINS = Path(__file__).parent / "standins"
# What each image is stood in for by: a stage of standins/Dockerfile.
_STAGES = {
    "python": "python",
    "caddy": "caddy",
    "postgres": "postgres",
    "rabbitmq": "rabbitmq",
    "seaweedfs": "seaweedfs",
    "prometheus": "prometheus",
    "alertmanager": "alertmanager",
    "grafana": "grafana",
}
_STANDIN = "ingestio.standin=yes"
_SUITES = ("bookworm", "trixie")


def base_images(engine: Engine, root: Path) -> list[str]:
    """Every image that the Dockerfile is built on and that compose starts beside ours; what a profile adds is left out."""
    built_on = re.findall(r"^ARG \w+=(\S+)$", (root / "Dockerfile").read_text(), re.MULTILINE)
    beside = engine.run("docker", "compose", "--project-directory", str(root), "config", "--images").split()
    return [*built_on, *(image for image in sorted(set(beside)) if not image.startswith("ingestio/"))]


def have_bases(engine: Engine, images: list[str], *, folder: Path) -> list[str]:
    """Get all of them. Returns those that are stood in for; raises VerifyError for one that nothing stands in for."""
    missing = [image for image in images if not engine.succeeds("docker", "image", "inspect", image)]
    refused = [image for image in missing if not engine.succeeds("docker", "pull", "--quiet", image)]
    if refused:
        _suites(engine, folder)
    for image in refused:
        stage = _STAGES.get(image.partition(":")[0].rpartition("/")[2])
        if stage is None:
            raise VerifyError(f"{image} cannot be pulled, and nothing stands in for it.")
        sys.stdout.write(f"  {image}: no registry answers; a stand-in from Debian and PyPI\n")
        build = (
            "docker",
            "build",
            "--quiet",
            "--network",
            "host",
            "--target",
            stage,
            "--label",
            _STANDIN,
            "--tag",
            image,
        )
        engine.run(*build, str(STANDINS), quiet=True, DOCKER_BUILDKIT="1")
    return [image for image in images if _is_standin(engine, image)]


def _is_standin(engine: Engine, image: str) -> bool:
    """Also one that an earlier run has made."""
    label, _, value = _STANDIN.partition("=")
    return (
        engine.run("docker", "image", "inspect", "--format", f'{{{{index .Config.Labels "{label}"}}}}', image).strip()
        == value
    )


def _suites(engine: Engine, folder: Path) -> None:
    """Minimal Debian systems, made with the mirror this machine uses; nothing is written down about it."""
    for suite in _SUITES:
        if engine.succeeds("docker", "image", "inspect", f"standin/{suite}"):
            continue
        sys.stdout.write(f"  Debian {suite} by debootstrap\n")
        target = folder / suite
        if not (target / "etc/debian_version").exists():
            shutil.rmtree(target, ignore_errors=True)
            include = "--include=ca-certificates"
            engine.run("debootstrap", "--variant=minbase", include, suite, str(target), _mirror(engine), quiet=True)
            _trust_the_same(target)
        engine.run("sh", "-c", f"tar -C {target} -c . | docker import - standin/{suite}", quiet=True)


def _mirror(engine: Engine) -> str:
    sites = engine.run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Codename: bookworm").split()
    if not sites:
        sites = engine.run("apt-get", "indextargets", "--format", "$(REPO_URI)").split()
    return sites[0]


def _trust_the_same(target: Path) -> None:
    """A proxy of this machine may have certificates and a pip configuration of its own."""
    for name in ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"):
        if (source := Path("/", name)).exists():
            shutil.copy(source, target / name)


def have_compose(engine: Engine, folder: Path) -> None:
    """Docker's compose and build plugins of the newest suite, for an engine that came without."""
    if engine.succeeds("docker", "compose", "version"):
        return
    sys.stdout.write("  docker compose from the distribution\n")
    _suites(engine, folder)
    fetch = "cd /tmp && apt-get -qq update && apt-get -qq download docker-compose docker-buildx"
    engine.run("chroot", str(folder / "trixie"), "sh", "-c", fetch, quiet=True)
    plugins = folder / "client/cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for package in (folder / "trixie/tmp").glob("*.deb"):
        engine.run("dpkg", "-x", str(package), str(folder / "packages"))
    for plugin in (folder / "packages/usr/libexec/docker/cli-plugins").iterdir():
        shutil.copy(plugin, plugins / plugin.name)
