"""In a cluster Prometheus' operator scrapes every pod of ours that has something to tell, and no other, under the labels that alerts ask for."""

import re
from typing import Any

from deploy.prometheus.alerts import ALERTS
from tests.architecture.overlays import ROOT, SERVICES, Overlay, containers, matches

MONITORED = "ingestio"
# What the operators' own pods are scraped for, by the name that the operator gives the port.
STORES = {"rabbitmq": {"rabbitmq"}, "postgres": {"postgres"}}


def selected(monitor: dict[str, Any], overlay: Overlay) -> set[str]:
    return {name for name, labels in overlay.pods().items() if matches(monitor["spec"]["selector"], labels)}


def test_every_service_is_scraped_and_nothing_else_with_them(production: Overlay):
    assert selected(production.one("PodMonitor", MONITORED), production) == set(SERVICES)


def test_a_canary_is_scraped_with_the_others(production: Overlay, canary: Overlay):
    pods = {f"{name}-canary" for name in SERVICES}

    assert selected(production.one("PodMonitor", MONITORED), canary) & pods == pods


def test_each_store_is_scraped_by_its_own_monitor(production: Overlay):
    found = {name: selected(production.one("PodMonitor", name), production) for name in STORES}

    assert found == STORES


def test_the_port_and_the_page_that_are_asked_for_are_there(production: Overlay):
    (endpoint,) = production.one("PodMonitor", MONITORED)["spec"]["podMetricsEndpoints"]
    ports = [
        {port["name"] for container in containers(production.one("Deployment", name)) for port in container["ports"]}
        for name in SERVICES
    ]

    assert all(endpoint["port"] in names for names in ports)
    assert f'add_api_route("{endpoint["path"]}"' in (ROOT / "shared/service.py").read_text()


def test_every_label_that_a_monitor_takes_over_is_on_the_pods(production: Overlay):
    asked = production.one("PodMonitor", MONITORED)["spec"]["podTargetLabels"]

    assert all(set(asked) <= production.pods()[name].keys() for name in SERVICES)


def test_series_have_the_job_and_the_service_that_alerts_ask_for(production: Overlay):
    """Unless it is said, the operator calls a job `namespace/monitor`, and knows no label `service`."""
    (endpoint,) = production.one("PodMonitor", MONITORED)["spec"]["podMetricsEndpoints"]
    given = {rule["targetLabel"]: rule for rule in endpoint["relabelings"]}
    jobs = {job for alert in ALERTS for job in re.findall(r'job="([^"]+)"', alert.expr)}

    assert jobs == {given["job"]["replacement"]}
    assert given["service"]["sourceLabels"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_name"]
    assert any("service" in alert.expr for alert in ALERTS)
