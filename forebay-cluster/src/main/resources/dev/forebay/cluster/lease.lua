-- ARGV[2..5]: owner, the request's number, what it wants, what it holds.
local owner, seq, wants, has = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local last, counts = find(owner)
if last and seq <= last then
  save()
  return {0, 0, 0, 1}
end
local learns = now < learning
local claim = learns and has or math.min(has, counts or 0)
remove(owner)
local quota = 1000000 - repaid()
local all = wanted + wants
local due = wants
if all > quota then
  due = math.floor(quota * wants / all)
end
local free = math.max(0, quota - counted)
if learns then
  free = math.min(claim, free)
end
local granted = math.min(due, free)
counts = math.max(granted, claim)
keep(owner, seq, counts, wants)
redis.call('ZADD', KEYS[3], string.format('%.0f', now + length), owner)
counted = counted + counts
wanted = wanted + wants
save()
return {granted, due, learns and 1 or 0, 0}
