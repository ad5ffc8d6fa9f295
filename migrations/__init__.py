"""Tortoise migrations, one change each, data moves apart from schema moves."""
