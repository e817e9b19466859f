"""Backup and restore: every service's tables, and the bucket; the broker holds nothing that is not in the tables too."""
