"""Identifiers: UUIDv7, so that keys sort by birth and indexes grow at one end."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """Return a fresh UUIDv7 as a standard library UUID."""
    return UUID(int=uuid_utils.uuid7().int)
