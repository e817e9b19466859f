"""How long a document waited and was worked on, told along with what became of it: each stage adds itself to the list."""

from dataclasses import replace

import orjson

from shared.cloudevent import DocumentEvent, Took
from shared.errors import Stage
from shared.jobs import Outcome


def with_times(outcome: Outcome, *, stage: Stage, worked: float) -> Outcome:
    """The outcome with what its stage took in the events about a document. `worked` is in seconds."""
    if not any(isinstance(event, DocumentEvent) for event in outcome.events):
        return outcome
    job = outcome.job
    here = Took(stage=stage, waited=round(job.waited, 3), worked=round(worked, 3), attempts=job.attempts)
    before = [Took.model_validate(took) for took in orjson.loads(job.event)["data"].get("took", ())]
    took = (*before, here)
    told = [
        event.model_copy(update={"took": took}) if isinstance(event, DocumentEvent) else event
        for event in outcome.events
    ]
    return replace(outcome, events=told)
