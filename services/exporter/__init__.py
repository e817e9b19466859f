"""The exporter turns finished documents into files: JSON, CSV and Excel.

Hears batch.created, batch.retried, batch.completed and batch.deleted, and how every document ended.
Says export.completed, export.failed and batch.missed.
Owns the rows ready to export, the exports asked for, and their files until they expire.
"""
