-- KEYS: the answer, the claim of it. ARGV: the token to claim it with or '', how long that holds, the request.
-- What is there (0 nothing, 1 the answer, 2 a claim, 3 a claim of this token), how long it holds yet, itself.
local answer = redis.call('GET', KEYS[1])
if answer then
  return {1, redis.call('PTTL', KEYS[1]), answer}
end
local claim = redis.call('GET', KEYS[2])
if claim and (ARGV[1] == '' or string.sub(claim, 1, string.len(ARGV[1])) ~= ARGV[1]) then
  return {2, redis.call('PTTL', KEYS[2]), claim}
end
if ARGV[1] == '' then
  return {0, 0, ''}
end
local claimed = redis.pcall('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[3], 'PX', ARGV[2])
if claimed.err then
  -- A full store has no room for the claim, but its answers serve.
  return string.find(claimed.err, 'OOM', 1, true) and {0, 0, ''} or claimed
end
return {3, ARGV[2] + 0, ''}
