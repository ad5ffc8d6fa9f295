"""The Lua that keeps a topic's window in Redis. All keys of a topic carry one hash tag, so each runs on one node.

A window is a stream of the newest entries with ids `{seq}-0`, without holes, and a hash of what it ends with:
e epoch, t top, c chain at the top. The stream may be empty below its top: after a redaction it begins anew.
"""

PUBLISH = """
local epoch, top, chain = unpack(redis.call('HMGET', KEYS[1], 'e', 't', 'c'))
local seq = tonumber(ARGV[1])
local fresh = not top or epoch ~= ARGV[2]
if not fresh then
  top = tonumber(top)
  if seq > top + 1 then
    return {'gap', top}
  end
  if seq <= top then
    local known = chain
    if seq < top then
      local old = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', ARGV[1] .. '-0')
      known = old[1] and old[1][2][2] or ARGV[3]
    end
    if known == ARGV[3] then
      return {'duplicate', top}
    end
    fresh = true
  end
end
if fresh or ARGV[8] == '1' then
  redis.call('DEL', KEYS[2])
end
redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[5], ARGV[1] .. '-0', 'c', ARGV[3], 'v', ARGV[4])
redis.call('HSET', KEYS[1], 'e', ARGV[2], 't', ARGV[1], 'c', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call(ARGV[7], KEYS[3], ARGV[4])
return {fresh and 'restarted' or 'published', seq}
"""
"""KEYS meta, stream, channel. ARGV seq, epoch, chain, body, window entries, window ms, PUBLISH or SPUBLISH, 1 to
forget the entries before this one.

An entry whose number is taken by another entry (the book was restored to an older day) starts the window anew.
XADD refuses an id at or below the stream's last one, so a stream that outlived its meta is dropped as well.
"""

WINDOW = """
local epoch, top, chain = unpack(redis.call('HMGET', KEYS[1], 'e', 't', 'c'))
if not top then
  return false
end
return {epoch, tonumber(top), chain, redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])}
"""
"""KEYS meta, stream. ARGV first seq wanted, most entries. Returns false when nothing is known of the topic."""
