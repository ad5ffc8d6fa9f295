"""Reads: batch first, visibility applied. Nothing here writes."""
