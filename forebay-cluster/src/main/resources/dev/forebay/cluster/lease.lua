-- ARGV[2..6]: owner, the request's number, what it wants, what it holds, its weight.
local owner, seq, wants, has, weight = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local last = find(owner)
if last and seq <= last[1] then
  save()
  return {0, 0, 0, 1}
end
local learns = now < learning
local claim = learns and has or math.min(has, last and last[2] or 0)
remove(owner)
local quota = 1000000 - repaid()
local due = wants
if wants > 0 and wanted + wants > quota then
  local own, left = weight * wants, math.max(0, quota - metWanted)
  local share = math.max(math.floor(quota * own / (weighted + own)), math.floor(left * own / (weighted - metWeighted + own)))
  due = math.min(wants, share)
end
local free = math.max(0, quota - counted)
if learns then
  free = math.min(claim, free)
end
local granted = math.min(due, free)
local lease = {seq, math.max(granted, claim), wants, weight, due == wants and 1 or 0}
keep(owner, lease)
redis.call('ZADD', KEYS[3], string.format('%.0f', now + length), owner)
count(lease, 1)
save()
return {granted, due, learns and 1 or 0, 0}
