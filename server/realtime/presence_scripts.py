"""The Lua that keeps who is present in a topic. Two hashes: connection -> user|role|worker, and user -> number|role.

Each change of people raises the version and is told to all workers as `p1` with what came and went; a connection more
or less of somebody who is there anyway changes nothing that others see. Every script may run twice.
"""

from server.realtime.asking import Script

JOIN = Script("""
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
local v = redis.call('INCR', KEYS[3])
local told = '{"v":' .. v .. ',"n":' .. redis.call('HLEN', KEYS[2])
redis.call('PUBLISH', KEYS[4], 'p1\\n' .. told .. ',"came":' .. cjson.encode({{user, role}}) .. ',"went":[]}')
return 1
""")
"""KEYS connections, people, version, channel. ARGV connection, user, role, worker. Returns 1 if others see a change."""

PART = Script("""
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
  local v = redis.call('INCR', KEYS[3])
  local told = '{"v":' .. v .. ',"n":' .. redis.call('HLEN', KEYS[2])
  redis.call('PUBLISH', KEYS[4], 'p1\\n' .. told .. ',"came":[],"went":' .. cjson.encode(went) .. '}')
end
return #went
""")
"""KEYS as JOIN. ARGV connection, or empty for all of a worker's; worker. Returns how many people went."""

LOOK = Script("""
return {tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('HGETALL', KEYS[1])}
""")
"""KEYS people, version."""

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
