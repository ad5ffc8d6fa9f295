"""Relay global ids: opaque base64url of "Type:key". What cannot be read is not found, like what is hidden."""

import base64
import binascii
from functools import lru_cache
from uuid import UUID

from server.domain.errors import NotFound
from server.kit.text import is_storable

MAX_ID_CHARACTERS = 400
REMEMBERED_IDS = 16_384
"""Ids of the vocabulary and of who was seen lately: made anew they take longer than the rest of a row. About 5 MB."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@lru_cache(maxsize=REMEMBERED_IDS)
def encode_id(type_name: str, raw: UUID | str) -> str:
    """Return the global id of an object of a GraphQL type."""
    return binascii.b2a_base64(f"{type_name}:{raw}".encode(), newline=False).translate(_URL_SAFE, b"=").decode()


def split_id(global_id: str, *, what: str = "object") -> tuple[str, str]:
    """Return the type name and the key text of a global id, or refuse with NotFound."""
    if len(global_id) > MAX_ID_CHARACTERS:
        raise NotFound(what)
    try:
        raw = base64.b64decode(global_id + "=" * (-len(global_id) % 4), altchars=b"-_", validate=True)
        type_name, separator, key = raw.decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise NotFound(what) from error
    if not separator or not is_storable(key) or encode_id(type_name, key) != global_id:
        raise NotFound(what)
    return type_name, key


def decode_id(global_id: str, expected_type: str, *, what: str = "object") -> str:
    """Return the key text of a global id of one type; any other type is refused with NotFound."""
    type_name, key = split_id(global_id, what=what)
    if type_name != expected_type:
        raise NotFound(what)
    return key


def uuid_of(global_id: str, expected_type: str, *, what: str = "object") -> UUID:
    """Return the UUID in a global id of one type, or refuse with NotFound. `what` names it to the person."""
    return parse_uuid(decode_id(global_id, expected_type, what=what), what=what)


def parse_uuid(key: str, *, what: str = "object") -> UUID:
    """Return a UUID from its one canonical spelling, or refuse with NotFound."""
    try:
        parsed = UUID(key)
    except ValueError as error:
        raise NotFound(what) from error
    if str(parsed) != key:
        raise NotFound(what)
    return parsed
