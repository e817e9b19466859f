"""S22: an event that names another tenant than the document's own changes nothing, whoever managed to publish it.

What a service may publish at all is tested with its rights, in test_s18_least_privilege.py.
"""

from uuid import uuid4

from tests.integration.front_door import FrontDoor, cancelled, extracted, failed


async def test_an_outcome_under_a_foreign_tenant_settles_nobodys_pages(front_door: FrontDoor):
    owner, other = await front_door.tenant(pages_per_month=100), await front_door.tenant(pages_per_month=100)
    (pair,) = await front_door.reserve(owner, 7)
    await front_door.hear(extracted(other, pair), failed(other, pair), cancelled(other, pair))

    assert await front_door.counts(owner) == (0, 7)
    assert await front_door.counts(other) == (0, 0)


async def test_an_outcome_of_a_made_up_document_costs_nothing(front_door: FrontDoor):
    owner = await front_door.tenant(pages_per_month=100)
    (pair,) = await front_door.reserve(owner, 7)
    await front_door.hear(extracted(owner, pair._replace(document_id=uuid4())))
    await front_door.hear(extracted(owner, pair._replace(pages=90)))

    assert await front_door.counts(owner) == (7, 0)  # what was reserved, whatever the event says of its pages
