-- KEYS: learned quotas by name, the facts' version. ARGV: name, the figure that is replaced, the new one, the channel, who says so.
local known = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if known ~= ARGV[2] then
  return tonumber(known)
end
-- A full store refuses a script's first write if that needs memory, and no later one.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], 90000000)
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], 90000000)
redis.call('PUBLISH', ARGV[4], ARGV[3] .. ' ' .. ARGV[5] .. ' learned ' .. ARGV[1])
return tonumber(ARGV[3])
