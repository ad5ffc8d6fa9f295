"""Network addresses of several machines in one text, as in a URL's authority."""


def hosts_of(text: str, default_port: int) -> list[tuple[str, int]]:
    """Return host and port of each of `host[:port],host[:port]`; IPv6 in brackets. ValueError for anything else."""
    return [_host_of(one, default_port) for one in text.split(",")]


def _host_of(text: str, default_port: int) -> tuple[str, int]:
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or rest[:1] not in {"", ":"}:
            raise ValueError(f"{text!r} is no host")
        port = rest[1:]
    else:
        host, _, port = text.partition(":")
    if not host or not (port or str(default_port)).isascii() or not (port or str(default_port)).isdigit():
        raise ValueError(f"{text!r} is no host")
    number = int(port or default_port)
    if not 0 < number < 65_536:
        raise ValueError(f"{text!r} has no such port")
    return host, number
