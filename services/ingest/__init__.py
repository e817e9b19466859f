"""The front door: takes batches in, checks and counts every file, stores them, and tells the others.

Hears: document.extracted, document.failed, document.cancelled, batch.completed.
Says:  batch.created, document.uploaded, document.failed (refused at intake).
Owns:  tenants, tokens, batches, documents (pairs), uploads, idempotency keys; files and text layers in object storage.
"""
