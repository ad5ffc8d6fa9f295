"""Names in two spellings: snake_case inside, camelCase in what clients read."""

import re
from functools import lru_cache
from typing import Any

_TO_CAMEL = re.compile(r"_([a-z])")
_TO_SNAKE = re.compile(r"([A-Z])")
_SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)+", re.ASCII)
_CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z]*)+", re.ASCII)


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """Return a snake_case name in camelCase; any other text, such as an id, as it is."""
    return _TO_CAMEL.sub(lambda match: match[1].upper(), name) if _SNAKE.fullmatch(name) else name


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """Return a camelCase name in snake_case; any other text, such as an id, as it is."""
    return _TO_SNAKE.sub(lambda match: f"_{match[1].lower()}", name) if _CAMEL.fullmatch(name) else name


def camel_keys(value: Any) -> Any:
    """Return JSON values with the keys of every object in camelCase."""
    if isinstance(value, dict):
        return {camel(key): camel_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [camel_keys(each) for each in value]
    return value


def snake_keys(value: Any) -> Any:
    """Return JSON values with the keys of every object in snake_case."""
    if isinstance(value, dict):
        return {snake(key): snake_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [snake_keys(each) for each in value]
    return value
