"""The one door: the web page, and every API path handed to the service that owns it.

Hears: nothing.
Says:  nothing.
Owns:  nothing; the page's files come with it.
"""
