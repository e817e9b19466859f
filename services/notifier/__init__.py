"""The notifier tells people and programs what happened: notices, mail, and signed webhooks.

Hears: the ends of documents, batches and exports, what is deleted, and quota warnings.
Says:  nothing.
Owns:  notices, webhook endpoints, deliveries and their attempts; who gets mail, and the mails.
"""
