/**
 * One step in Redis for everything that a request of a user needs from it: the limit of requests, the mark that a key is in progress,
 * and the waiting line. Redis runs a script as a whole, so no other request sees a state in between.
 *
 *     ingressos:bucket:<user>       hash    tokens, at                    the limit of requests
 *     ingressos:busy:<user>:<key>   string                                a request with this Idempotency-Key is in progress
 *     ingressos:<event>:line        zset    user → place
 *     ingressos:<event>:seen        zset    user → last request, ms
 *     ingressos:<event>:admitted    zset    user → end of the admission, ms
 *     ingressos:<event>:claims      zset    user → end of the claim, ms
 *     ingressos:<event>:state       hash    next, frontier, credit, at    frontier: the last place that was admitted
 *
 * Times are those of Redis, so the clocks of the servers do not matter.
 *
 * Read beside: waiting-line.ts (the same in plain form), line.ts (which runs it); redis.io "Scripting with Lua", "EVAL"
 * Pure: a text.
 */

/** How long the keys of a line without requests are kept, in milliseconds. */
const LINE_KEPT_MS = 6 * 3_600_000
/** People that one request admits or drops at most: a script blocks Redis while it runs. */
const MOST_STEPS = 500

/** In both scripts: a person leaves the line. */
const LEAVE = `local function leave(name)
  redis.call('ZREM', line, name)
  redis.call('ZREM', seen, name)
  redis.call('ZREM', admitted, name)
end`

export const LINE_SCRIPT = `-- the line of an event
-- KEYS: bucket, busy, line, seen, admitted, claims, state
-- ARGV: what, user, now (or empty: the time of Redis), bucket size, tokens in a second, ms a busy mark lasts,
--   rate, available, claim ms, admission ms, absent ms
local what, user, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local size, refill = tonumber(ARGV[4]), tonumber(ARGV[5])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local since = math.max(0, now - (tonumber(bucket[2]) or now))
local tokens = math.min(size, (tonumber(bucket[1]) or size) + since / 1000 * refill)
if tokens < 1 then return { 'limited', math.ceil((1 - tokens) / refill) } end
redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(size / refill * 1000))

local free = 1
if what == 'buy' or what == 'reserve' then
  if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[6]) then free = 0 end
end
if what == 'count' or what == 'buy' then return { 'counted', free } end

local line, seen, admitted, claims, state = KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
${LEAVE}
local frontier = tonumber(redis.call('HGET', state, 'frontier') or 0)

for _, name in ipairs(redis.call('ZRANGEBYSCORE', admitted, '-inf', now)) do leave(name) end
if what == 'join' and not redis.call('ZSCORE', line, user) then
  redis.call('ZADD', line, redis.call('HINCRBY', state, 'next', 1), user)
end
if redis.call('ZSCORE', line, user) then redis.call('ZADD', seen, now, user) end

local rate, available = tonumber(ARGV[7]), tonumber(ARGV[8])
local last = redis.call('HMGET', state, 'credit', 'at')
local creditAt = math.max(now, tonumber(last[2]) or now)
local credit = math.min(rate, (tonumber(last[1]) or rate) + (creditAt - (tonumber(last[2]) or now)) / 1000 * rate)
redis.call('ZREMRANGEBYSCORE', claims, '-inf', now)
local claimed = redis.call('ZCARD', claims)
for _ = 1, ${MOST_STEPS} do
  if credit < 1 or (available > 0 and available <= claimed) then break end
  local first = redis.call('ZRANGEBYSCORE', line, '(' .. frontier, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if #first == 0 then break end
  local name = first[1]
  frontier = tonumber(first[2])
  if tonumber(redis.call('ZSCORE', seen, name)) < now - ARGV[11] then
    leave(name)
  else
    redis.call('ZADD', admitted, now + ARGV[10], name)
    credit = credit - 1
    if available > 0 then
      claimed = claimed + redis.call('ZADD', claims, now + ARGV[9], name)
    end
  end
end
redis.call('HSET', state, 'frontier', frontier, 'credit', credit, 'at', creditAt)
for i = 3, 7 do redis.call('PEXPIRE', KEYS[i], ${LINE_KEPT_MS}) end

local place = redis.call('ZSCORE', line, user)
if not place then
  if what == 'reserve' and free == 1 then redis.call('DEL', KEYS[2]) end
  return { 'absent', free }
end
local isAdmitted = tonumber(place) <= frontier and 1 or 0
if what == 'reserve' and free == 1 and isAdmitted == 0 then redis.call('DEL', KEYS[2]) end
return {
  'present', free, redis.call('ZRANK', line, user) + 1, isAdmitted,
  redis.call('ZCOUNT', line, '(' .. frontier, '(' .. place), redis.call('ZCOUNT', line, '(' .. frontier, '+inf')
}`

/** After reservations of one event: removes the busy mark of each key, lets each claim end soon, and ends the turn of each user. */
export const RESERVED_SCRIPT = `-- reserved
-- KEYS: line, seen, admitted, claims, state, and the busy mark of each reservation
-- ARGV: now (or empty: the time of Redis), settle ms, and the user of each reservation
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local line, seen, admitted, claims, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
${LEAVE}
local frontier = tonumber(redis.call('HGET', state, 'frontier') or 0)
for i = 3, #ARGV do
  redis.call('DEL', KEYS[i + 3])
  if redis.call('ZSCORE', claims, ARGV[i]) then redis.call('ZADD', claims, now + ARGV[2], ARGV[i]) end
  if redis.call('ZCOUNT', line, '(' .. frontier, '+inf') > 0 then leave(ARGV[i]) end
end
return #ARGV - 2`
