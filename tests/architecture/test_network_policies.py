"""Who may reach whom follows from the settings: every service that uses a part may reach it, and nothing else may anything."""

from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any, NamedTuple

from services.classifier.settings import Settings as ClassifierSettings
from services.console.settings import Settings as ConsoleSettings
from services.extractor.settings import Settings as ExtractorSettings
from services.ingest.settings import Settings as IngestSettings
from services.notifier.settings import Settings as NotifierSettings
from shared.settings import ServiceSettings
from tests.architecture.overlays import SERVICES, Overlay, matches

SETTINGS: dict[str, type[ServiceSettings]] = dict.fromkeys(SERVICES, ServiceSettings) | {
    "ingest": IngestSettings,
    "classifier": ClassifierSettings,
    "extractor": ExtractorSettings,
    "notifier": NotifierSettings,
}
# What a setting leads to. An issuer of tokens and a virus scanner are somewhere else in every installation: whoever sets
# them adds a way (docs/operations.md).
LEADS_TO = {
    "database_url": {("postgres", 5432)},
    "api_database_url": {("postgres", 5432)},
    "rabbitmq_url": {("rabbitmq", 5672)},
    "s3_url": {("bucket", 0)},
    "ingest_url": {("ingest", 8000)},
    "audit_urls": {(name, 8000) for name in SERVICES if name != "ingest"},
    "openai_base_url": {("internet", 443)},
    "webhook_networks": {("internet", 443)},
    "smtp_url": {("anywhere", 465), ("anywhere", 587)},
    "public_url": set(),
    "oidc": set(),
    "clamd": set(),
}
PORTS = (53, 443, 465, 587, 4369, 5432, 5672, 6443, 8000, 8080, 8333, 9187, 15672, 15692, 25672)


class Place(NamedTuple):
    """A pod by labels in a namespace, or an address outside of the cluster."""

    labels: dict[str, str]
    namespace: str = ""
    address: str = ""


def places(overlay: Overlay) -> dict[str, Place]:
    own = {name: Place(labels, namespace="ours") for name, labels in overlay.pods().items()}
    others = {
        name: Place({"kubernetes.io/metadata.name": name}, namespace=name)
        for name in ("kube-system", "monitoring", "cnpg-system", "rabbitmq-system", "elsewhere")
    }
    addresses = {"internet": "93.184.216.34", "private": "10.1.2.3", "our-bucket": "203.0.113.7"}
    return own | others | {name: Place({}, address=address) for name, address in addresses.items()}


def is_peer(peer: dict[str, Any], place: Place) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        inside = place.address and ip_address(place.address) in ip_network(block["cidr"])
        return bool(inside) and not any(ip_address(place.address) in ip_network(one) for one in block.get("except", []))
    if "namespaceSelector" in peer:
        return place.namespace not in ("", "ours") and matches(peer["namespaceSelector"], place.labels)
    return place.namespace == "ours" and matches(peer["podSelector"], place.labels)


def opened(policies: list[dict[str, Any]], way: str, here: Place, there: Place, port: int) -> bool:
    """Whether `here` may be left (egress) or entered (ingress) on this way; who is not ours is not asked."""
    if here.namespace != "ours":
        return True
    ends = {"egress": "to", "ingress": "from"}
    return any(
        any(is_peer(peer, there) for peer in rule.get(ends[way], [])) or ends[way] not in rule
        for policy in policies
        if matches(policy["podSelector"], here.labels)
        for rule in policy.get(way, [])
        if any(one["port"] == port for one in rule["ports"])
    )


def reachable(overlay: Overlay) -> set[tuple[str, str, int]]:
    policies = [document["spec"] for document in overlay.of_kind("NetworkPolicy")]
    known = places(overlay)
    return {
        (source, target, port)
        for (source, here), (target, there), port in product(known.items(), known.items(), PORTS)
        if "ours" in (here.namespace, there.namespace)
        and opened(policies, "egress", here, there, port)
        and opened(policies, "ingress", there, here, port)
    }


def wanted(overlay: Overlay) -> set[tuple[str, str, int]]:
    """The ways of the services, by their settings."""
    bucket = ("seaweedfs", 8333) if overlay.name == "small" else ("our-bucket", 443)
    ways = set()
    for name, settings in SETTINGS.items():
        for field in settings.model_fields:
            ways |= {
                (name, *(bucket if target == "bucket" else (target, port)))
                for target, port in LEADS_TO.get(field, set())
            }
    ways -= {("ingest", "ingest", 8000)}
    ways |= {
        ("console", name.removesuffix("_url"), 8000) for name in ConsoleSettings.model_fields if name.endswith("_url")
    }
    (migrate,) = overlay.names("Job")
    stores = {("postgres", 5432), ("rabbitmq", 5672), ("rabbitmq", 15672), bucket}
    ways |= {(migrate, *store) for store in stores}
    return {way for name, target, port in ways for way in product([name], meant(overlay, target), [port])}


def meant(overlay: Overlay, target: str) -> list[str]:
    """Every place of ours, or outside, that is meant by a name: the example's bucket is on the internet too."""
    outside = [name for name, place in places(overlay).items() if place.namespace != "ours"]
    return {"internet": ["internet", "our-bucket"], "anywhere": outside}.get(target, [target])


def around(overlay: Overlay) -> set[tuple[str, str, int]]:
    """The ways that are not the services': names, the door, monitoring, and the stores among themselves."""
    own, known = overlay.pods(), places(overlay)
    ways = {(name, "kube-system", 53) for name in own} | {(name, "console", 8080) for name in known}
    ways -= {(name, "console", 8080) for name in own}
    if overlay.name == "small":
        return ways
    ways |= {("monitoring", name, 8000) for name in SERVICES}
    ways |= {("monitoring", "rabbitmq", 15692), ("monitoring", "postgres", 9187)}
    ways |= {("rabbitmq", "rabbitmq", port) for port in (4369, 25672)} | {("rabbitmq-system", "rabbitmq", 15672)}
    ways |= {(name, "postgres", port) for name in ("postgres", "cnpg-system") for port in (5432, 8000)}
    outside = [name for name, place in known.items() if place.namespace != "ours"]
    return ways | {
        (store, name, port) for store in ("postgres", "rabbitmq") for name in outside for port in (443, 6443)
    }


def test_every_setting_that_names_an_address_is_known_here():
    fields = {field for settings in SETTINGS.values() for field in settings.model_fields}

    assert {field for field in fields if field.endswith(("_url", "_urls", "networks"))} <= LEADS_TO.keys()


def test_services_reach_what_their_settings_name_and_nothing_else_reaches_anything(overlay: Overlay):
    assert reachable(overlay) == wanted(overlay) | around(overlay)


def test_unless_it_is_said_nothing_talks(overlay: Overlay):
    deny = overlay.one("NetworkPolicy", "default-deny")

    assert deny["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
