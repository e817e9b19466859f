"""The notifier tells people and programs what happened: notices, and signed webhooks.

Hears: the ends of documents, batches and exports, quota warnings, and what is deleted.
Says:  nothing.
Owns:  notices, webhook endpoints, deliveries and their attempts.
"""
