"""The numbers of the rules about requests in force in this process. Wiring sets them once, before the start."""

from dataclasses import dataclass

from server.domain.request_numbers import DEFAULTS, RequestNumbers


@dataclass
class RequestPolicy:
    """Holds the numbers, so that whoever reads them reads those in force."""

    numbers: RequestNumbers


policy = RequestPolicy(DEFAULTS)
"""Set by wiring (`policy.numbers = ...`) before the first request."""
