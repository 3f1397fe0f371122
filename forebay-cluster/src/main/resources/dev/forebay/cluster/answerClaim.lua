-- KEYS: the claim of an answer. ARGV: the token, how long it holds from now on; 0 ends it. Whether it was there.
local claim = redis.call('GET', KEYS[1])
if not claim or string.sub(claim, 1, string.len(ARGV[1])) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
