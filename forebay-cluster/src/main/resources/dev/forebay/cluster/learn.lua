-- KEYS: learned quotas by name, the facts' version, the ends of learned quotas. ARGV: name, the figure that is replaced, the new one, the channel, who says so.
local known = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if known ~= ARGV[2] then
  return tonumber(known)
end
-- A full store refuses a script's first write if that needs memory, and no later one.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], 90000000)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[3], string.format('%.0f', now + 90000000), ARGV[1])
redis.call('PEXPIRE', KEYS[3], 90000000)
-- Figures that have not been learned again for so long.
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 256)) do
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[3], name)
end
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], 90000000)
redis.call('PUBLISH', ARGV[4], ARGV[3] .. ' ' .. ARGV[5] .. ' learned ' .. ARGV[1])
return tonumber(ARGV[3])
