"""Notices for people: what finished, told once an event, however often the event is heard.

Hears: batch.completed, export.completed, batch.deleted.
Says:  nothing.
Owns:  notices.
"""
