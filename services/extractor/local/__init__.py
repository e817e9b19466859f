"""Reads fields by rules alone: no model, no network, no state."""

from services.extractor.local.reader import read_fields

__all__ = ["read_fields"]
