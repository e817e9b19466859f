"""Finds out what each document is, and makes sure that every page has words.

Hears: document.uploaded.
Says:  document.classified, document.failed.
Owns:  its queue of jobs, classifications, document types; the OCR of pages without text in object storage.
"""
