-- ARGV[2..4]: owner, the request's number, what it holds yet.
local owner, seq, has = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local last, counts, wants = find(owner)
if last and seq > last then
  if has == 0 then
    remove(owner)
  else
    -- A full store refuses a script's first write if that needs memory, and no later one.
    redis.call('PEXPIRE', KEYS[1], 3600000)
    local less = math.min(counts, has)
    counted = counted - counts + less
    keep(owner, seq, less, wants)
  end
end
save()
return 0
