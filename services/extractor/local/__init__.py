"""Reads fields by rules alone: no model, no network, no state."""
