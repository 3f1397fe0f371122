-- KEYS: members whose circuit is open, by the ends of what they said; who probes; the facts' version. ARGV: member, how long it counts, 1 or 0, the channel, the quota.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
local kind
if ARGV[3] == '1' then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  kind = not known and 'open'
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  kind = 'closed'
  if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
  end
end
local count = redis.call('ZCARD', KEYS[1])
if kind then
  redis.call('INCR', KEYS[3])
  redis.call('PEXPIRE', KEYS[3], 90000000)
  redis.call('PUBLISH', ARGV[4], count .. ' ' .. ARGV[1] .. ' ' .. kind .. ' ' .. ARGV[5])
end
return count
