"""The Lua that keeps who is present in a topic. Two hashes: connection -> user|role|worker, and user -> number|role.

Each change of people has a version and is told to all workers as `p1` with what came and went, and with the version it
came `after`; a connection more or less of somebody who is there anyway changes nothing that others see. Versions come
from Redis's clock: one never means two things, even where Redis lost what it knew, or was set back (record 205).
Every script may run twice.
"""

from server.realtime.asking import Script

_VERSIONS = """
local function raise(key, least)
  local now = redis.call('TIME')
  local v = string.format('%.0f', math.max(tonumber(now[1]) * 1000000 + tonumber(now[2]), least))
  redis.call('SET', key, v, 'EX', 86400)
  return v
end
local function tell(key, channel, people, what)
  local after = tonumber(redis.call('GET', key) or '0')
  local told = string.format('{"v":%s,"after":%.0f,"n":%d,', raise(key, after + 1), after, redis.call('HLEN', people))
  redis.call('PUBLISH', channel, 'p1\\n' .. told .. what .. '}')
end
"""
"""Microseconds since 1970, or one more than the last: Lua and JavaScript count exactly up to the year 2255."""

JOIN = Script(
    _VERSIONS
    + """
local user, role = ARGV[2], ARGV[3]
local old = redis.call('HGET', KEYS[1], ARGV[1])
local new = user .. '|' .. role .. '|' .. ARGV[4]
redis.call('EXPIRE', KEYS[1], 86400)
if old == new then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], new)
local there = redis.call('HGET', KEYS[2], user)
local number, known = 0, nil
if there then
  number, known = string.match(there, '^(%d+)|(.*)$')
end
if not old then
  number = tonumber(number) + 1
end
redis.call('HSET', KEYS[2], user, number .. '|' .. role)
redis.call('EXPIRE', KEYS[2], 86400)
if known == role then
  return 0
end
tell(KEYS[3], KEYS[4], KEYS[2], '"came":' .. cjson.encode({{user, role}}) .. ',"went":[]')
return 1
"""
)
"""KEYS connections, people, version, channel. ARGV connection, user, role, worker. Returns 1 if others see a change."""

PART = Script(
    _VERSIONS
    + """
local went = {}
local function part(connection, value)
  redis.call('HDEL', KEYS[1], connection)
  local user = string.match(value, '^([^|]*)|')
  local number, role = string.match(redis.call('HGET', KEYS[2], user) or '0|', '^(%d+)|(.*)$')
  if tonumber(number) > 1 then
    redis.call('HSET', KEYS[2], user, (tonumber(number) - 1) .. '|' .. role)
  elseif redis.call('HDEL', KEYS[2], user) == 1 then
    went[#went + 1] = user
  end
end
if ARGV[1] ~= '' then
  local value = redis.call('HGET', KEYS[1], ARGV[1])
  if value then part(ARGV[1], value) end
else
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.match(all[i + 1], '|([^|]*)$') == ARGV[2] then part(all[i], all[i + 1]) end
  end
end
if #went > 0 then
  tell(KEYS[3], KEYS[4], KEYS[2], '"came":[],"went":' .. cjson.encode(went))
end
return #went
"""
)
"""KEYS as JOIN. ARGV connection, or empty for all of a worker's; worker. Returns how many people went."""

LOOK = Script(
    _VERSIONS
    + """
local v, least = redis.call('GET', KEYS[2]), tonumber(ARGV[1])
if not v or tonumber(v) < least then
  v = raise(KEYS[2], least)
end
return {v, redis.call('HGETALL', KEYS[1])}
"""
)
"""KEYS people, version. ARGV the least version of the answer: a Redis that is behind goes on from there."""

TAKE_PLACE = Script("""
local now = redis.call('TIME')
redis.call('ZADD', KEYS[1], tonumber(now[1]) + tonumber(now[2]) / 1000000, ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if over <= 0 then
  return {}
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, over - 1)
redis.call('ZREM', KEYS[1], unpack(oldest))
return oldest
""")
"""KEYS a person's connections by age. ARGV connection, most, seconds to keep. Returns those that must go."""
