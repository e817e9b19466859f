"""Finds out what each document is, and makes sure that every page has words.

Hears: document.uploaded, batch.cancel_requested, batch.updated, batch.deleted, document.cancel_requested, document.deleted.
Says:  document.classified, document.failed, document.cancelled.
Owns:  its queue of jobs, classifications, document types; the OCR of pages without text in object storage.
"""
