"""Benchmarks: each says how it measures, and prints what it found."""
