-- KEYS: a quota's leases by owner, the ends of those. Of at most a hundred that have not ended: the owner, and what its lease says.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local owners = redis.call('ZREVRANGEBYSCORE', KEYS[2], '+inf', '(' .. string.format('%.0f', now), 'LIMIT', 0, 100)
local held = {}
for _, owner in ipairs(owners) do
  local lease = redis.call('HGET', KEYS[1], owner)
  if lease then
    held[#held + 1] = owner
    held[#held + 1] = lease
  end
end
return held
