"""The aggregator keeps what people look at: batches, documents, their progress and their end.

Hears everything.
Says batch.completed, once a generation.
Owns the read models of batches and documents, the timeline of each document, statistics by the hour, and the log behind
live progress.
"""
