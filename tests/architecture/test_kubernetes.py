"""Each overlay is valid for two versions of Kubernetes, refers to nothing that is not there, and hardens every pod."""

import re
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # has no types
import pytest
import yaml

from deploy.verify.manifests import pod_of
from services.classifier.settings import Settings as ClassifierSettings
from services.console.routing import ROUTES
from services.extractor.settings import Settings as ExtractorSettings
from services.ingest.settings import Settings as IngestSettings
from shared.http import new_app
from shared.settings import ServiceSettings
from tests.architecture.overlays import ROOT, SECRETS, SERVICES, Overlay, containers, matches

RELEASE = yaml.safe_load((ROOT / "deploy/k8s/release/kustomization.yaml").read_text())
BUILT_IN = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1", "scheduling.k8s.io/v1"}
SETTINGS: dict[str, type[ServiceSettings]] = {
    "ingest": IngestSettings,
    "classifier": ClassifierSettings,
    "extractor": ExtractorSettings,
}
METRICS = {"ingestio_queue_jobs", "ingestio_queue_oldest_ready_age_seconds"}
DRAINS_WITHIN = 20  # seconds, what shared/service.py promises


@pytest.mark.parametrize("version", ["1.34", "1.37"])
def test_every_object_is_valid_to_the_letter(overlay: Overlay, version: str):
    for document in overlay.documents:
        if document["apiVersion"] in BUILT_IN:
            kubernetes_validate.validate(document, version, strict=True)


def test_other_objects_are_those_of_the_operators_we_name(overlay: Overlay):
    needed = {document["apiVersion"].split("/")[0] for document in overlay.documents} - {
        api.split("/")[0] for api in BUILT_IN
    }

    assert needed <= {
        "postgresql.cnpg.io",
        "barmancloud.cnpg.io",
        "rabbitmq.com",
        "keda.sh",
        "monitoring.coreos.com",
        "gateway.networking.k8s.io",
    }
    assert bool(needed) == (overlay.name != "small")


def test_nothing_is_there_twice(overlay: Overlay):
    named = [(document["kind"], document["metadata"]["name"]) for document in overlay.documents]

    assert len(named) == len(set(named))


# Hardening


def test_every_pod_runs_without_root_token_or_links(overlay: Overlay):
    for document in overlay.workloads():
        pod = pod_of(document)
        assert pod
        assert pod["securityContext"]["runAsNonRoot"], document["metadata"]["name"]
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()


def test_every_container_is_read_only_without_capabilities(overlay: Overlay):
    found = [container["securityContext"] for document in overlay.workloads() for container in containers(document)]
    found += [
        container["securityContext"]
        for broker in overlay.of_kind("RabbitmqCluster")
        for container in broker["spec"]["override"]["statefulSet"]["spec"]["template"]["spec"]["containers"]
    ]

    assert found
    for context in found:
        assert context == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_no_volume_reaches_the_node(overlay: Overlay):
    kinds = {
        kind
        for document in overlay.workloads()
        for volume in (pod_of(document) or {}).get("volumes", [])
        for kind in volume.keys() - {"name"}
    }

    assert kinds <= {"emptyDir", "secret", "configMap"}


def test_the_namespace_lets_nothing_less_in(overlay: Overlay):
    (namespace,) = overlay.of_kind("Namespace")

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_everything_says_what_it_needs_and_where_it_ends(overlay: Overlay):
    resources = [container["resources"] for document in overlay.workloads() for container in containers(document)]
    resources += [one["spec"]["resources"] for one in overlay.of_kind("Cluster", "RabbitmqCluster")]

    for one in resources:
        assert one["requests"].keys() >= {"cpu", "memory"}
        assert "memory" in one["limits"]


def test_a_broker_gets_all_the_memory_that_it_believes_it_has(overlay: Overlay):
    for broker in overlay.of_kind("RabbitmqCluster"):
        resources = broker["spec"]["resources"]
        assert resources["requests"]["memory"] == resources["limits"]["memory"]


# References


@pytest.mark.parametrize("name", [*SERVICES, "console"])
def test_every_service_is_a_deployment_that_selects_its_pods_and_an_address_that_does(overlay: Overlay, name: str):
    deployment, service = overlay.one("Deployment", name), overlay.one("Service", name)
    labels = overlay.pods()[name]
    ports = {port["name"] for container in containers(deployment) for port in container["ports"]}

    assert matches(deployment["spec"]["selector"], labels)
    assert matches({"matchLabels": service["spec"]["selector"]}, labels)
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_every_selector_selects_pods_that_there_are(overlay: Overlay, canary: Overlay):
    pods = [*overlay.pods().values(), *canary.pods().values()]
    selectors = [one["spec"]["selector"] for one in overlay.of_kind("PodDisruptionBudget", "PodMonitor")]
    selectors += [one["spec"]["podSelector"] for one in overlay.of_kind("NetworkPolicy")]
    selectors += [{"matchLabels": one["spec"]["selector"]} for one in overlay.of_kind("Service")]

    assert [one for one in selectors if not any(matches(one, labels) for labels in pods)] == []


def test_every_config_map_and_secret_that_is_read_is_made(overlay: Overlay):
    made = overlay.names("ConfigMap") | overlay.names("Secret") | (SECRETS if overlay.name != "small" else set())
    text = [source for one in overlay.workloads() for c in containers(one) for source in c.get("envFrom", [])]
    read = {next(iter(source.values()))["name"] for source in text}
    read |= set(
        re.findall(
            r"'(?:secretKeyRef|superuserSecret|externalSecret)': \{[^}]*'name': '([\w-]+)'", str(overlay.documents)
        )
    )
    read |= set(re.findall(r"'secretName': '([\w-]+)'", str(overlay.workloads())))

    assert read <= made


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reads_its_own_secret_and_no_other(overlay: Overlay, name: str):
    (container,) = containers(overlay.one("Deployment", name))

    assert {"secretRef": {"name": name}} in container["envFrom"]
    assert len(container["envFrom"]) == 2


def test_every_variable_that_an_overlay_sets_is_one_that_its_service_reads(overlay: Overlay):
    for document in overlay.of_kind("Deployment"):
        name = document["metadata"]["name"]
        given = {variable["name"] for container in containers(document) for variable in container.get("env", [])}
        assert given <= {f"INGESTIO_{field}".upper() for field in SETTINGS.get(name, ServiceSettings).model_fields}, (
            name
        )


def test_what_scales_is_there_and_asks_for_metrics_that_are(overlay: Overlay):
    for scaler in overlay.of_kind("ScaledObject"):
        name = scaler["spec"]["scaleTargetRef"]["name"]
        queries = " ".join(trigger["metadata"].get("query", "") for trigger in scaler["spec"]["triggers"])

        assert name in overlay.names("Deployment")
        assert set(re.findall(r"ingestio_\w+", queries)) <= METRICS
        assert set(re.findall(r'queue="(\w+)"', queries)) <= {name}


def test_no_replicas_are_written_down_where_something_scales(production: Overlay):
    scaled = {scaler["spec"]["scaleTargetRef"]["name"] for scaler in production.of_kind("ScaledObject")}

    assert scaled == production.names("Deployment")
    assert [name for name in scaled if "replicas" in production.one("Deployment", name)["spec"]] == []


def test_every_priority_that_is_asked_for_is_defined(overlay: Overlay):
    asked = set(re.findall(r"'priorityClassName': '([\w-]+)'", str(overlay.documents)))

    assert asked <= overlay.names("PriorityClass")


def test_every_way_in_leads_to_an_address_with_that_port(overlay: Overlay):
    ports = {one["metadata"]["name"]: one["spec"]["ports"] for one in overlay.of_kind("Service")}
    ways = [
        (path["backend"]["service"]["name"], path["backend"]["service"]["port"])
        for ingress in overlay.of_kind("Ingress")
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    ways += [
        (backend["name"], {"number": backend["port"]})
        for route in overlay.of_kind("HTTPRoute")
        for rule in route["spec"]["rules"]
        for backend in rule["backendRefs"]
    ]

    assert ways
    for name, port in ways:
        assert port in [{"name": one["name"]} for one in ports[name]] + [{"number": one["port"]} for one in ports[name]]


def test_the_way_in_lets_large_and_long_requests_through(overlay: Overlay):
    for ingress in overlay.of_kind("Ingress"):
        annotations = ingress["metadata"]["annotations"]
        assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == "0"
        assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    for route in overlay.of_kind("HTTPRoute"):
        assert [rule["timeouts"] for rule in route["spec"]["rules"]] == [{"request": "0s"}]


def test_every_pod_that_may_be_evicted_has_a_budget(overlay: Overlay):
    budgets = overlay.of_kind("PodDisruptionBudget")
    missing = [
        name
        for name in overlay.names("Deployment")
        if not any(matches(budget["spec"]["selector"], overlay.pods()[name]) for budget in budgets)
    ]

    assert missing == []
    assert {budget["spec"]["maxUnavailable"] for budget in budgets} == {1}


# Images


def test_every_image_of_ours_is_that_of_the_release(overlay: Overlay):
    pinned = {image["name"]: f"{image['name']}:{image['newTag']}" for image in RELEASE["images"]}
    used = {container["image"] for document in overlay.workloads() for container in containers(document)}

    assert {image for image in used if image.startswith("ingestio/")} == set(pinned.values())


def test_no_image_is_the_latest_of_anything(overlay: Overlay):
    used = {container["image"] for document in overlay.workloads() for container in containers(document)}
    used |= {one["spec"]["image"] for one in overlay.of_kind("RabbitmqCluster")}
    used |= {one["spec"]["imageName"] for one in overlay.of_kind("Cluster")}

    assert [image for image in used if not re.search(r":\d|@sha256:", image)] == []


def test_a_release_migrates_under_its_own_name(overlay: Overlay):
    (job,) = overlay.of_kind("Job")
    tag = containers(job)[0]["image"].rpartition(":")[2]

    assert job["metadata"]["name"] == f"migrate-{tag.replace('.', '-')}"


# Probes and ends


@pytest.mark.parametrize("name", SERVICES)
def test_the_probes_of_a_service_ask_for_pages_that_every_service_has(overlay: Overlay, name: str):
    async def probe() -> dict[str, bool]:
        return {}

    (container,) = containers(overlay.one("Deployment", name))
    asked = {container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    served = {getattr(route, "path", "") for route in new_app("any", probe=probe).routes}

    assert asked <= served
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", (
        "a part that is away must not kill what waits for it"
    )


def test_the_probes_of_the_door_ask_for_a_page_that_it_answers_itself(overlay: Overlay):
    (container,) = containers(overlay.one("Deployment", "console"))

    assert {container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")} == {"/healthz"}
    assert "respond /healthz 200" in (ROOT / "deploy/caddy/Caddyfile").read_text()


def test_whoever_is_asked_to_end_gets_the_time_it_takes(overlay: Overlay):
    for document in overlay.of_kind("Deployment"):
        pod: dict[str, Any] = pod_of(document) or {}
        pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] >= pause + DRAINS_WITHIN


def test_the_door_asks_services_that_there_are(overlay: Overlay):
    assert {owner for _, _, owner in ROUTES} <= overlay.names("Service")
