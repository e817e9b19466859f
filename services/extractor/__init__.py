"""Reads the fields out of each document, by a model or by the local extractor, with evidence for every value.

Hears: document.classified, batch.cancel_requested, batch.updated, batch.deleted, document.cancel_requested, document.deleted.
Says:  document.extracted, document.reviewed, document.failed, document.cancelled.
Owns:  its queue of jobs, extractions in their versions; large results in object storage.
"""
