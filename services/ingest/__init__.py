"""The front door: takes batches in, checks and counts every file, stores them, and tells the others.

Hears: document.extracted, document.failed, document.cancelled, batch.completed,
       batch.missed.
Says:  batch.created, batch.retried, batch.cancel_requested, batch.updated, batch.deleted, document.uploaded,
       document.failed (at intake), document.cancel_requested, document.deleted, quota.warning.
Owns:  tenants, plans, tokens, subscription events, batches, documents (pairs), uploads, quota and its ledger, turns, idempotency
       keys, audit log; files and text layers in object storage.
"""
