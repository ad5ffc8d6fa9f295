"""Leaky buckets shared by all workers, in Redis, on Redis's own clock.

A silent Redis lets everybody through, but for the tries of identity: those each process then counts by itself.
"""

import asyncio
import logging
import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from server.kit.alarms import Alarms
from server.realtime.asking import BellSilent, Script
from server.realtime.broker import Broker

log = logging.getLogger(__name__)

_TAKE = Script("""
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local capacity, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local owed, ahead = tonumber(ARGV[4]), tonumber(ARGV[5])
local kept = redis.call('HMGET', KEYS[1], 'l', 'at')
local level = math.max(0, (tonumber(kept[1]) or 0) - (now - (tonumber(kept[2]) or now)) * rate)
level = math.max(0, level - owed)
local wait = (level + cost - capacity) / rate
local refused = cost > 0 and wait > 0
if refused and owed == 0 then
  return tostring(wait)
end
if not refused then
  level = level + cost
end
local has_ahead = ahead > 0 and not refused and (level + ahead) * 2 <= capacity
if has_ahead then
  level = level + ahead
end
redis.call('HSET', KEYS[1], 'l', tostring(level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000) + 1000)
return refused and tostring(wait) or (has_ahead and '-1' or '0')
""")
"""KEYS bucket. ARGV capacity, units leaking per second, units to take, units to give back before that, units to take
ahead if the bucket stays half empty. Returns seconds to wait, and then has taken nothing; -1 when it took those ahead.
"""

_ALWAYS_COUNTED = "identity:"
"""Keys of tries to sign in, to sign up, of links and of passwords: guessing must not become free in an outage."""
OWED_SECONDS = 1.0
"""For how long at most a process owes what a request did not use."""
AHEAD = 4
"""Requests like the present one that are taken along with it while there is plenty: front ends ask several at once."""
GIVEN_AHEAD = -1
_SHARE = 4
"""Of a bucket's capacity one process gives out this part by itself: there may be so many processes."""
_MOST_KEPT = 10_000


class OwnBuckets:
    """Leaky buckets of this process alone, for as long as Redis is silent; the longest untouched are let go of."""

    def __init__(self) -> None:
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, *, capacity: int, refill_per_second: float) -> float:
        """Take one unit of this process's share of a bucket. Return 0, or the seconds until there is room."""
        share = max(1, capacity // _SHARE)
        rate = refill_per_second * share / capacity
        at = time.monotonic()
        level, touched_at = self._levels.get(key, (0.0, at))
        level = max(0.0, level - (at - touched_at) * rate)
        wait = (level + 1 - share) / rate
        if wait > 0:
            return wait
        self._levels[key] = (level + 1, at)
        self._levels.move_to_end(key)
        if len(self._levels) > _MOST_KEPT:
            self._levels.popitem(last=False)
        return 0.0


class RedisBuckets:
    """The buckets port of services."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._own = OwnBuckets()

    async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:
        """Take one unit from a bucket that takes `capacity` in `per_seconds`. Return 0, or the seconds to wait."""
        return await self._change(key, capacity, capacity / per_seconds, 1, 0, 0)

    async def change(
        self, key: str, *, capacity: int, refill_per_second: float, units: int, owed: int = 0, ahead: int = 0
    ) -> int:
        """Give back what is owed, then take units. Return 0, or the whole seconds until there is room for them.

        While the bucket is half empty it gives `ahead` more: then the answer is `GIVEN_AHEAD`.
        """
        return await self._change(key, capacity, refill_per_second, units, owed, ahead)

    async def _change(self, key: str, capacity: int, rate: float, *amounts: int) -> int:
        """Change a bucket by the units to take, those owed and those ahead."""
        try:
            wait = await self._broker.asker.call(_TAKE, [f"rt:bucket:{key}"], [capacity, rate, *amounts])
        except BellSilent:
            if key.startswith(_ALWAYS_COUNTED):
                return math.ceil(self._own.take(key, capacity=capacity, refill_per_second=rate))
            # Limits protect the service from many tries; turning everybody away would finish what an outage began.
            log.warning("no limit on %s: redis is silent", key.partition(":")[0])
            return 0
        return math.ceil(float(wait))


class CostBudget:
    """The budget of GraphQL cost per actor, in points.

    What a request did not use, and what was taken ahead, pays for the actor's next ones within `OWED_SECONDS`, and is
    given back after it: who asks again at once, as most do, costs a question to Redis every few requests. Nothing is
    spent that the bucket did not give, and nothing is given back twice.
    """

    def __init__(self, buckets: RedisBuckets, *, capacity: int, refill_per_second: float) -> None:
        self._buckets = buckets
        self._capacity = capacity
        self._refill = refill_per_second
        self._owed: dict[str, int] = {}
        self._remembered: set[str] = set()
        """Whose alarm is set: one each, however often they ask."""
        self._alarms = Alarms(OWED_SECONDS)
        self._giving: set[asyncio.Task[None]] = set()

    async def charge(self, actor_key: str, cost: int) -> int | None:
        """Take a request's cost. Return None, or the whole seconds until the actor can pay it."""
        left = self._owed.get(actor_key, 0) - cost
        if left >= 0:
            self._owed[actor_key] = left
            return None
        wait = await self._change(actor_key, cost, AHEAD * cost)
        if wait == GIVEN_AHEAD:
            await self.refund(actor_key, AHEAD * cost)
            return None
        return wait or None

    async def refund(self, actor_key: str, cost: int) -> None:
        """Owe the actor what a request did not use."""
        if actor_key not in self._remembered:
            self._remembered.add(actor_key)
            self._alarms.set(_Debt(self, actor_key))
        self._owed[actor_key] = self._owed.get(actor_key, 0) + cost

    def settle(self, actor_key: str) -> None:
        """Give back what is still owed to an actor, beside everything else."""
        self._remembered.discard(actor_key)
        if actor_key in self._owed:
            task = asyncio.get_running_loop().create_task(self._settle(actor_key), name="give back cost")
            self._giving.add(task)
            task.add_done_callback(self._giving.discard)

    async def stop(self) -> None:
        """Give back nothing more: buckets become empty by themselves."""
        tasks = list(self._giving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _settle(self, actor_key: str) -> None:
        await self._change(actor_key, 0)

    async def _change(self, actor_key: str, cost: int, ahead: int = 0) -> int:
        owed = self._owed.pop(actor_key, 0)
        return await self._buckets.change(
            f"cost:{actor_key}",
            capacity=self._capacity,
            refill_per_second=self._refill,
            units=cost,
            owed=owed,
            ahead=ahead,
        )


@dataclass(frozen=True, eq=False)
class _Debt:
    """Rings when an actor has not asked again for a while. Another request may have settled it by then."""

    budget: CostBudget
    actor_key: str

    def ring(self) -> None:
        self.budget.settle(self.actor_key)
