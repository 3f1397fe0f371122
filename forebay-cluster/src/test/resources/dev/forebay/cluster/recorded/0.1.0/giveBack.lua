-- Begins lease, giveBack and settle: the arithmetic of LeaseBook. Times are this server's.
-- KEYS: the book's sums, its leases by owner, the ends of those. ARGV[1]: a lease's length.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local length = tonumber(ARGV[1])
local sums = redis.call('HMGET', KEYS[1], 'at', 'counted', 'wanted', 'learning', 'debt',
  'weighted', 'metWanted', 'metWeighted')
local at = tonumber(sums[1])
local counted = tonumber(sums[2])
local wanted = tonumber(sums[3])
local learning = tonumber(sums[4])
local debt = tonumber(sums[5])
local weighted = tonumber(sums[6])
local metWanted = tonumber(sums[7])
local metWeighted = tonumber(sums[8])
-- Whether it was evicted in part, flushed, or the clock is another one: what is held is not known.
if not at or now < at - length or (counted > 0 and redis.call('EXISTS', KEYS[2], KEYS[3]) < 2) then
  redis.call('DEL', KEYS[2], KEYS[3])
  at, counted, wanted, learning, debt = now, 0, 0, now + length, 0
  weighted, metWanted, metWeighted = 0, 0, 0
end
now = math.max(at, now)

local function repaid()
  return math.min(500000, math.floor(debt / 1000))
end

debt = math.max(0, debt - repaid() * (now - at))

-- What a lease says: the request's number, what it counts for, what its owner wants, the weight, 1 if all of that was due.
local function find(owner)
  local held = redis.call('HGET', KEYS[2], owner)
  if not held then
    return nil
  end
  local lease = {}
  for number in string.gmatch(held, '%d+') do
    lease[#lease + 1] = tonumber(number)
  end
  return lease
end

local function keep(owner, lease)
  redis.call('HSET', KEYS[2], owner, string.format('%.0f %.0f %.0f %.0f %.0f', unpack(lease)))
end

local function count(lease, times)
  local wants, pull = times * lease[3], times * lease[3] * lease[4]
  counted = counted + times * lease[2]
  wanted = wanted + wants
  weighted = weighted + pull
  metWanted = metWanted + wants * lease[5]
  metWeighted = metWeighted + pull * lease[5]
end

local function remove(owner)
  local lease = find(owner)
  if lease then
    count(lease, -1)
    redis.call('HDEL', KEYS[2], owner)
  end
  redis.call('ZREM', KEYS[3], owner)
end

for _, owner in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 256)) do
  remove(owner)
end

local function save()
  -- First, as a full store refuses a script's first write if that needs memory, and no later one.
  redis.call('PEXPIRE', KEYS[2], 3600000)
  redis.call('PEXPIRE', KEYS[3], 3600000)
  redis.call('HSET', KEYS[1], 'at', string.format('%.0f', now), 'counted', string.format('%.0f', counted),
    'wanted', string.format('%.0f', wanted), 'learning', string.format('%.0f', learning),
    'debt', string.format('%.0f', debt), 'weighted', string.format('%.0f', weighted),
    'metWanted', string.format('%.0f', metWanted), 'metWeighted', string.format('%.0f', metWeighted))
  redis.call('PEXPIRE', KEYS[1], 3600000)
end

-- ARGV[2..4]: owner, the request's number, what it holds yet.
local owner, seq, has = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local lease = find(owner)
if lease and seq > lease[1] then
  if has == 0 then
    remove(owner)
  else
    -- A full store refuses a script's first write if that needs memory, and no later one.
    redis.call('PEXPIRE', KEYS[1], 3600000)
    local less = math.min(lease[2], has)
    counted = counted - lease[2] + less
    lease[1], lease[2] = seq, less
    keep(owner, lease)
  end
end
save()
return 0
