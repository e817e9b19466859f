"""A canary stands beside production without taking anything of it."""

from tests.architecture.overlays import Overlay, matches


def test_a_canary_stands_beside_every_deployment_and_shares_its_address(production: Overlay, canary: Overlay):
    for name in production.names("Deployment"):
        labels = canary.pods()[f"{name}-canary"]
        assert matches({"matchLabels": production.one("Service", name)["spec"]["selector"]}, labels)


def test_neither_takes_the_pods_of_the_other(production: Overlay, canary: Overlay):
    for name in production.names("Deployment"):
        stable, tried = production.one("Deployment", name), canary.one("Deployment", f"{name}-canary")
        assert not matches(stable["spec"]["selector"], canary.pods()[f"{name}-canary"])
        assert not matches(tried["spec"]["selector"], production.pods()[name])


def test_a_canary_is_one_pod_in_the_same_place(production: Overlay, canary: Overlay):
    places = {document["metadata"]["namespace"] for document in canary.of_kind("Deployment")}

    assert places == {document["metadata"]["namespace"] for document in production.of_kind("Deployment")}
    assert not any("replicas" in document["spec"] for document in canary.of_kind("Deployment"))
