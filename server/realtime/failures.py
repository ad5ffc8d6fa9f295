"""What a store that does not answer raises, wherever it is asked: callers try again later, or go another way."""

import asyncpg
from tortoise.exceptions import BaseORMException

from server.realtime.asking import BellSilent

STORE_FAILURES = (BellSilent, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
