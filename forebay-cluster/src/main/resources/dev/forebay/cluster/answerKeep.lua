-- KEYS: the answer, the claim of it. ARGV: the token or '', the answer, how long it holds, 1 if the first stays.
-- Whether it is kept. The answer of an owner whose claim was taken over meanwhile is not kept.
local claim = redis.call('GET', KEYS[2])
local mine = claim and ARGV[1] ~= '' and string.sub(claim, 1, string.len(ARGV[1])) == ARGV[1]
if claim and not mine then
  return 0
end
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if mine then
  redis.call('DEL', KEYS[2])
end
return 1
