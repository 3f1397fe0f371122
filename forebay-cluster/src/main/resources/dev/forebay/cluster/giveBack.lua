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
