-- KEYS: facts by name, learned quotas by name, of each quota the members whose circuit is open. ARGV: the quotas.
-- Those that hold, with how long they do, or the figure.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local hold = {}
for i = 1, #all, 2 do
  local left = tonumber(all[i + 1]) - now
  if left > 0 then
    hold[#hold + 1] = string.format('%.0f', left) .. ' - ' .. all[i]
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
local learned = redis.call('HGETALL', KEYS[2])
for i = 1, #learned, 2 do
  hold[#hold + 1] = learned[i + 1] .. ' - learned ' .. learned[i]
end
for i = 1, #ARGV do
  local open = redis.call('ZCOUNT', KEYS[2 + i], '(' .. string.format('%.0f', now), '+inf')
  if open > 0 then
    hold[#hold + 1] = open .. ' - open ' .. ARGV[i]
  end
end
return hold
