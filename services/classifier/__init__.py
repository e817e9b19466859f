"""Hears document.uploaded; says document.classified; owns the words of pages, classifications and document types."""
