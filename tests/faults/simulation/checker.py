"""x"""
from tests.faults.simulation.facts import Facts
def violations(facts: Facts) -> list[str]:
    return [f"never came to rest: {what}" for what in facts.stuck]
