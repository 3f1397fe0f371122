-- KEYS: facts by name, their version. ARGV: name, how long it holds, the channel, who says so.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local ends = now + ARGV[2]
-- Members pass on what they receive, and each message takes a little time.
if ends > known + 50 then
  -- A full store refuses a script's first write if that needs memory, and no later one.
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', ends))
  redis.call('PEXPIRE', KEYS[1], 90000000)
  redis.call('INCR', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], 90000000)
  redis.call('PUBLISH', ARGV[3], ARGV[2] .. ' ' .. ARGV[4] .. ' ' .. ARGV[1])
  return 1
end
return 0
