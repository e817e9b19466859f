"""Compose file, Dockerfile and door name every service and keep their promises; test_kubernetes.py asks the rest."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ingestio.stack.bucket_rights import identities
from services.console.routing import ROUTES
from shared.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = ["aggregator", "classifier", "exporter", "extractor", "ingest", "notifier"]
OURS = [*SERVICES, "console", "migrate"]
STORES = ["postgres", "rabbitmq", "seaweedfs"]


def test_every_service_folder_is_known_here():
    folders = {path.name for path in (ROOT / "services").iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert folders <= {*SERVICES, "console"}


# Compose


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_is_read_only_without_capabilities_and_limited(name: str):
    found = COMPOSE["services"][name]

    assert (found["read_only"], found["cap_drop"], found["init"], found["tmpfs"]) == (True, ["ALL"], True, ["/tmp"])
    assert found["stop_grace_period"] == "30s"
    assert found["mem_limit"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_every_variable_it_cannot_start_without(name: str):
    needed = {f"INGESTIO_{key.upper()}" for key, field in ServiceSettings.model_fields.items() if field.is_required()}

    assert needed | {"INGESTIO_INGEST_URL"} <= set(COMPOSE["services"][name]["environment"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_knows_only_its_own_database_and_roles(name: str):
    environment = COMPOSE["services"][name]["environment"]
    urls = [environment["INGESTIO_DATABASE_URL"], environment["INGESTIO_API_DATABASE_URL"]]

    assert [re.sub(r":\$\{.*\}@", "@", url) for url in urls] == [
        f"postgresql://{name}_{role}@postgres:5432/ingestio_{name}" for role in ("worker", "api")
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_user_of_its_own_in_broker_and_bucket(name: str):
    environment = COMPOSE["services"][name]["environment"]

    assert environment["INGESTIO_RABBITMQ_URL"].startswith(f"amqp://ingestio-{name}:${{INGESTIO_{name.upper()}_BROKER")
    assert environment["INGESTIO_S3_URL"].startswith(f"http://ingestio-{name}:${{INGESTIO_{name.upper()}_S3")


def test_the_script_gives_each_service_the_rights_in_the_bucket_that_the_local_stack_does(tmp_path: Path):
    script = tmp_path / "deploy/secrets.sh"
    script.parent.mkdir()
    script.write_text((ROOT / "deploy/secrets.sh").read_text())
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    made = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines() if line[0] != "#")
    secrets = {name: made[f"INGESTIO_{name.upper()}_S3_SECRET"] for name in SERVICES}
    found = json.loads((tmp_path / "deploy/seaweedfs/s3.json").read_text())

    assert found == identities(made["S3_KEY"], made["S3_SECRET"], secrets)


def test_a_newer_release_adds_the_secrets_it_wants_and_changes_none(tmp_path: Path):
    script = tmp_path / "deploy/secrets.sh"
    script.parent.mkdir()
    script.write_text((ROOT / "deploy/secrets.sh").read_text())
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    whole = (tmp_path / ".env").read_text()
    older = re.sub(r"INGESTIO_SEALING_KEYS=.*\n", "", whole)
    (tmp_path / ".env").write_text(older)
    keys = (tmp_path / "deploy/seaweedfs/s3.json").read_text()
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    newer = (tmp_path / ".env").read_text()

    assert newer.startswith(older)
    assert newer.removeprefix(older).startswith("INGESTIO_SEALING_KEYS=")
    assert newer.count("\n") == whole.count("\n")
    assert (tmp_path / "deploy/seaweedfs/s3.json").read_text() == keys


@pytest.mark.parametrize("name", SERVICES)
def test_what_compose_passes_on_to_a_service_kubernetes_does_too(name: str, tmp_path: Path):
    passed_on = {key for key, value in COMPOSE["services"][name]["environment"].items() if value is None}
    for script in ("deploy/secrets.sh", "deploy/k8s/secrets.sh"):
        (tmp_path / script).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / script).write_text((ROOT / script).read_text())
        (tmp_path / script).chmod(0o700)
    (tmp_path / ".env").write_text("".join(f"{key}=said\n" for key in passed_on))
    subprocess.run([str(tmp_path / "deploy/k8s/secrets.sh"), "small"], check=True, capture_output=True)
    made = (tmp_path / f"deploy/k8s/overlays/small/secrets/{name}.env").read_text().splitlines()

    assert {f"{key}=said" for key in passed_on} <= set(made)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_after_its_stores_and_the_migrations(name: str):
    waits = {key: value["condition"] for key, value in COMPOSE["services"][name]["depends_on"].items()}

    assert waits == dict.fromkeys(STORES, "service_healthy") | {"migrate": "service_completed_successfully"}


@pytest.mark.parametrize("name", STORES)
def test_a_store_has_a_health_check_and_keeps_its_data(name: str):
    found = COMPOSE["services"][name]

    assert found["healthcheck"]["test"]
    assert any(volume.startswith(f"{name}:/") for volume in found["volumes"])


def test_the_broker_keeps_its_name():
    assert COMPOSE["services"]["rabbitmq"]["hostname"] == "rabbitmq"


def test_the_console_is_the_only_door():
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}

    assert ports.keys() == {"console", "grafana"}
    assert all(port.startswith("127.0.0.1:") for port in ports["grafana"])


def test_stores_are_laid_open_on_loopback_only_and_only_when_asked():
    laid_over = yaml.safe_load((ROOT / "deploy/stores-on-loopback.yml").read_text())["services"]

    assert laid_over.keys() <= COMPOSE["services"].keys()
    assert all(port.startswith("127.0.0.1:") for service in laid_over.values() for port in service["ports"])


def test_stores_and_most_services_cannot_reach_the_internet():
    outside = {name for name, service in COMPOSE["services"].items() if "outside" in service["networks"]}

    assert COMPOSE["networks"]["inside"]["internal"]
    assert outside == {"console", "classifier", "extractor", "notifier", "clamav", "alertmanager", "grafana"}


def test_every_secret_that_compose_asks_for_is_made_by_the_script():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())) - {"INGESTIO_DOOR"}
    script = (ROOT / "deploy/secrets.sh").read_text()
    made = set(re.findall(r'echo "(\w+)=', script))
    made |= {
        f"INGESTIO_{name.upper()}_{role}_PASSWORD" for name in SERVICES for role in ("OWNER", "WORKER", "API", "BROKER")
    }
    made |= {f"INGESTIO_{name.upper()}_S3_SECRET" for name in SERVICES}

    assert "INGESTIO_${service}_${role}_PASSWORD" in script
    assert asked <= made


@pytest.mark.parametrize("name", [".env", "deploy/seaweedfs/s3.json", "deploy/k8s/overlays/*/secrets/"])
def test_secrets_are_kept_out_of_the_repository(name: str):
    assert name in (ROOT / ".gitignore").read_text().splitlines()


# Dockerfile


def test_images_run_under_a_fixed_user_and_say_how_they_are():
    stages = re.split(r"(?m)^FROM ", DOCKERFILE)[1:]
    runnable = {stage.split(" AS ")[1].split()[0]: stage for stage in stages}

    assert "USER 10001:10001" in runnable["console"]
    assert "USER 10001:10001" in runnable["runtime"]
    assert "HEALTHCHECK" in runnable["console"]
    assert "http://127.0.0.1:8000/healthz" in runnable["service"]


def test_packages_are_installed_by_their_hashes():
    assert "--require-hashes" in DOCKERFILE


def test_a_service_image_holds_only_its_own_service():
    assert re.findall(r"(?m)^COPY (\S+)", DOCKERFILE.split(" AS service")[1]) == ["services/${SERVICE}"]


@pytest.mark.parametrize("name", [*SERVICES, "console"])
def test_every_service_has_a_lock(name: str):
    assert (ROOT / f"locks/{name}.txt").exists()


def test_building_needs_no_frontend_from_a_registry():
    assert "syntax=" not in DOCKERFILE


# The door


def test_the_door_lets_no_script_from_elsewhere_in():
    caddyfile = (ROOT / "deploy/caddy/Caddyfile").read_text()

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in caddyfile
    assert "unsafe" not in caddyfile


@pytest.mark.parametrize("name", SERVICES)
def test_the_door_leads_to_every_service(name: str):
    assert f"{name}:8000" in (ROOT / "deploy/caddy/Caddyfile").read_text()


def test_internal_routes_have_no_door():
    assert "/internal" not in (ROOT / "deploy/caddy/Caddyfile").read_text()


@pytest.mark.parametrize(("methods", "path", "service"), ROUTES)
def test_the_door_of_the_image_routes_as_the_door_of_the_local_stack(methods: frozenset[str], path: str, service: str):
    reads_and_writes_apart = len({owner for _, other, owner in ROUTES if other == path}) > 1
    matcher = "submits" if reads_and_writes_apart else service
    caddyfile = Path("deploy/caddy/Caddyfile").read_text()

    (line,) = re.findall(rf"^\s*@{matcher} path (.*)$", caddyfile, flags=re.MULTILINE)

    assert {path, f"{path}/*"} <= set(line.split()), methods


def test_ingest_shows_the_audit_logs_of_all_the_others():
    deployment = yaml.safe_load((ROOT / "deploy/k8s/base/deployments/ingest.yaml").read_text())
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    wanted = {name: f"http://{name}:8000" for name in SERVICES if name != "ingest"}
    in_pods = {one["name"]: one["value"] for one in container["env"]}["INGESTIO_AUDIT_URLS"]

    assert json.loads(COMPOSE["services"]["ingest"]["environment"]["INGESTIO_AUDIT_URLS"]) == wanted
    assert json.loads(in_pods) == wanted
