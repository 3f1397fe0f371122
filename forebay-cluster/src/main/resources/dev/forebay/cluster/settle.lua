-- ARGV[2], ARGV[3]: what was used beyond what was granted, and the most that is kept of it.
debt = math.min(debt + tonumber(ARGV[2]), tonumber(ARGV[3]))
save()
return 0
