"""Evaluation of a running system on labelled documents: read the labels, compare, count, report."""
