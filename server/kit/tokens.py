"""Secrets that are handed out once and kept only as a hash."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits as URL-safe text (43 characters)."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token in hex; enough for secrets of full entropy, never for passwords."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
