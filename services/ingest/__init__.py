"""The front door: takes batches in, checks and counts every file, stores them, and tells the others.

Hears: document.extracted, document.failed, document.cancelled, batch.completed.
Says:  batch.created, batch.retried, batch.cancel_requested, batch.deleted, document.uploaded, document.failed (at intake).
Owns:  tenants, tokens, batches, documents (pairs), uploads, idempotency keys, audit log; files and text layers in object storage.
"""
