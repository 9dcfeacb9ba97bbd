/** What a replica sends of a change, new or known. */
export interface SentChange {
  readonly check: string;
  /** Its place in the sequence; of a new one, that of the change that it replaces. */
  readonly seq: number;
  /**
   * `known` has its place, `new` takes the next one, `late` was made out of reach and takes one if nobody else did.
   * `refused` is what Redis has at that place, and no replica can have written.
   */
  readonly state: 'known' | 'new' | 'late' | 'refused';
  /** What is left of its time, in milliseconds. */
  readonly left: number;
  /** The change itself, which Redis does not look into. */
  readonly text: string;
}

/** A change as Redis has it. */
export interface StoredChange {
  readonly seq: number;
  readonly text: string;
}

/** All keys of a fleet have one hash tag: a cluster keeps them together. */
export const keysOf = (name: string): readonly [faults: string, sequence: string, replicas: string] => [
  `{probity:${name}}:faults`,
  `{probity:${name}}:sequence`,
  `{probity:${name}}:replicas`,
];
export const channelOf = (name: string): string => `{probity:${name}}:news`;

/** A replica that has not been heard of for as long is gone. */
const goneAfterMs = 15_000;

/** What every script knows: the time, and what a replica may have written. All else is removed, and counted. */
const prelude = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local removed = 0
local function remove(key, field)
  removed = removed + 1
  if field then redis.call('HDEL', key, field) else redis.call('UNLINK', key) end
end
local function keep(key, kind)
  local is = redis.call('TYPE', key).ok
  if is ~= 'none' and (is ~= kind or (kind == 'hash' and redis.call('HLEN', key) > 10000)) then remove(key) end
end
local function isWithin(value, most)
  return type(value) == 'number' and value >= 0 and value <= most
end
`;

/**
 * One step of a replica, in one piece: it tells what it knows and what is new, and hears what is so.
 *
 * The sequence decides the last writer. It goes with the time of Redis, or is one ahead of the last one where that is
 * more, so a place that lies a day ahead was never given to anybody. A Redis that has lost its data learns from the
 * replicas what they knew, the sequence among it, so nothing old can come back in the place of something newer.
 */
export const exchange: string = `${prelude}
local day = 86400000
local function isPlace(seq)
  return isWithin(seq, now + day) and seq == math.floor(seq)
end
local function entryOf(check, raw)
  if #raw > 8192 or #check > 63 or not string.match(check, '^%a[%w_-]*$') then return nil end
  local ok, entry = pcall(cjson.decode, raw)
  local isOne = ok and type(entry) == 'table' and isPlace(entry.seq) and isWithin(entry['until'], now + 2 * day)
  return isOne and type(entry.text) == 'string' and entry or nil
end

keep(KEYS[1], 'hash')
keep(KEYS[2], 'string')
keep(KEYS[3], 'hash')
local sequence = tonumber(redis.call('GET', KEYS[2]) or '0')
if not isPlace(sequence) then
  remove(KEYS[2])
  sequence = 0
end
local entries = {}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local entry = entryOf(all[index], all[index + 1])
  if entry then
    entries[all[index]] = entry
    sequence = math.max(sequence, entry.seq)
  else
    remove(KEYS[1], all[index])
  end
end

local changes = cjson.decode(ARGV[1])
for _, change in ipairs(changes) do
  if isPlace(change.seq) then sequence = math.max(sequence, change.seq) end
end
local changed = false
local function write(change, seq)
  changed = true
  local entry = { seq = seq, ['until'] = now + change.left, text = change.text }
  entries[change.check] = entry
  redis.call('HSET', KEYS[1], change.check, cjson.encode(entry))
end
local function writeNext(change)
  sequence = math.max(sequence + 1, now)
  write(change, sequence)
end
for _, change in ipairs(changes) do
  local state, seq = change.state, change.seq
  local stored = entries[change.check] and entries[change.check].seq or -1
  if state == 'refused' then
    if stored == seq then
      entries[change.check] = nil
      remove(KEYS[1], change.check)
    end
  elseif state == 'new' then
    writeNext(change)
  elseif not isPlace(seq) then
    -- The clock of Redis was set back. What was known is known to all; what was made out of reach is to nobody.
    if state == 'late' or stored == -1 then writeNext(change) end
  elseif state == 'late' then
    if stored <= seq then writeNext(change) end
  elseif stored < seq then
    write(change, seq)
  end
end

local found = {}
local longest = 0
for check, entry in pairs(entries) do
  local left = entry['until'] - now
  if left <= 0 then
    redis.call('HDEL', KEYS[1], check)
  else
    longest = math.max(longest, left)
    found[#found + 1] = { check, string.format('%.0f', entry.seq), string.format('%.0f', left), entry.text }
  end
end
if changed then
  redis.call('PEXPIRE', KEYS[1], math.ceil(longest))
  redis.call('SET', KEYS[2], string.format('%.0f', sequence), 'PX', 172800000)
  redis.call('PUBLISH', ARGV[2], string.format('%.0f', sequence))
end
redis.call('HSET', KEYS[3], ARGV[3], string.format('%.0f', now) .. ' ' .. ARGV[4])
redis.call('PEXPIRE', KEYS[3], 60000)
return { found, removed }
`;

/** What `exchange` returns. */
export type Heard = readonly [
  found: readonly (readonly [check: string, seq: string, leftMs: string, text: string])[],
  removed: number,
];

/** Everybody who has been heard of lately. */
export const listReplicas: string = `${prelude}
keep(KEYS[1], 'hash')
local all = redis.call('HGETALL', KEYS[1])
local found = {}
for index = 1, #all, 2 do
  local seen, text = string.match(all[index + 1], '^(%d+) (.*)$')
  if seen and #text < 1024 and #all[index] < 300 and isWithin(now - tonumber(seen), ${goneAfterMs}) then
    found[#found + 1] = { all[index], string.format('%.0f', now - tonumber(seen)), text }
  else
    redis.call('HDEL', KEYS[1], all[index])
  end
end
return found
`;

export const leave: string = `return redis.call('HDEL', KEYS[1], ARGV[1])`;

/** Whether a script can have answered that: a Redis may be no Redis, and an answer may belong to another question. */
export function isAnswer(script: string, answer: unknown): boolean {
  if (script === leave) return typeof answer === 'number';
  if (script === listReplicas) return isRows(answer, 3);
  if (!Array.isArray(answer) || answer.length !== 2 || typeof answer[1] !== 'number') return false;
  return isRows(answer[0], 4) && answer[0].every(([, seq = '', left = '']) => isCount(seq) && isCount(left));
}

const isRows = (value: unknown, width: number): value is readonly (readonly string[])[] =>
  Array.isArray(value) &&
  value.every((row) => Array.isArray(row) && row.length === width && row.every((text) => typeof text === 'string'));

/** What Lua has written with `%.0f`, and JavaScript can tell from its neighbours. */
const isCount = (text: string): boolean => /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text));
