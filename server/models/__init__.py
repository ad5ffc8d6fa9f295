"""Tortoise rows: columns, keys and indexes. No rule of the domain lives here."""
