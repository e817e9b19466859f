"""The exporter turns finished documents into files: JSON, CSV and Excel.

Hears batch.created, batch.retried, batch.updated, batch.completed and batch.deleted, how every document ended, was reviewed
or deleted.
Says export.completed, export.failed and batch.missed.
Owns the rows ready to export, the exports asked for, and their files until they expire.
"""
