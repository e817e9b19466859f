"""Where the seeds run."""

from tests.faults.simulation.laboratory import laboratory

__all__ = ["laboratory"]
