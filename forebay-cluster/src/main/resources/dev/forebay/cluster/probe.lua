-- KEYS: who probes. ARGV: member, for how long. 0 if it may, or when another one may.
local probes = redis.call('GET', KEYS[1])
if not probes then
  -- A full store refuses a script's first write if that needs memory, and no later one.
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 0
end
if probes == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
return math.max(1, redis.call('PTTL', KEYS[1]))
