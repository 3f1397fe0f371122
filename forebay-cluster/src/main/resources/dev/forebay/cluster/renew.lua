-- All that a member asks regularly, by the functions lease, alive and facts before this.
-- KEYS: members, the facts' version, facts by name, learned quotas by name; of each quota the members whose circuit is open;
-- of each lease the book's sums, its leases by owner, the ends of those.
-- ARGV: the member or '', how long it counts, the version that it knows, how many quotas, those; a lease's length; of each lease
-- its owner, the request's number, what it wants, what it holds, its weight.
-- Who is there, the facts if their version is another one, and of each lease what lease answers.
local quotas = tonumber(ARGV[4])
local members, known, grants = {}, {}, {}
if ARGV[1] ~= '' then
  members = alive({KEYS[1], KEYS[2]}, {ARGV[1], ARGV[2]})
  if members[2] ~= tonumber(ARGV[3]) then
    local keys, names = {KEYS[3], KEYS[4]}, {}
    for i = 1, quotas do
      keys[2 + i] = KEYS[4 + i]
      names[i] = ARGV[4 + i]
    end
    known = facts(keys, names)
  end
end
local length = 5 + quotas
for i = 1, (#ARGV - length) / 5 do
  local key, at = 4 + quotas + 3 * i, length + 5 * i
  grants[i] = lease(
    {KEYS[key - 2], KEYS[key - 1], KEYS[key]},
    {ARGV[length], ARGV[at - 4], ARGV[at - 3], ARGV[at - 2], ARGV[at - 1], ARGV[at]})
end
return {members, known, grants}
