/** What a replica sends of a change, new or known. */
export interface SentChange {
  readonly check: string;
  /** Its place in the sequence; of a new one, that of the change that it replaces. */
  readonly seq: number;
  /** `known` has its place, `new` takes the next one, `late` was made out of reach and takes one if nobody else did. */
  readonly state: 'known' | 'new' | 'late';
  /** What is left of its time, in milliseconds. */
  readonly left: number;
  /** The change itself, which Redis does not look into. */
  readonly text: string;
}

/** A change as Redis has it. */
export interface StoredChange {
  readonly seq: number;
  /** When it is over, in milliseconds on the clock of Redis. */
  readonly until: number;
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

/**
 * One step of a replica, in one piece: it tells what it knows and what is new, and hears what is so.
 *
 * The sequence decides the last writer. A Redis that has lost its data learns from the replicas what they knew, the
 * sequence among it, so nothing old can come back in the place of something newer.
 */
export const exchange: string = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local sequence = tonumber(redis.call('GET', KEYS[2]) or '0')
local changes = cjson.decode(ARGV[1])
for _, change in ipairs(changes) do
  if change.seq > sequence then sequence = change.seq end
end
local changed = false
for _, change in ipairs(changes) do
  local raw = redis.call('HGET', KEYS[1], change.check)
  local stored = raw and cjson.decode(raw).seq or -1
  local seq = change.seq
  local wins = stored < seq
  if change.state ~= 'known' then
    wins = change.state == 'new' or stored <= seq
    if wins then
      sequence = sequence + 1
      seq = sequence
    end
  end
  if wins then
    changed = true
    local entry = { seq = seq, ['until'] = now + change.left, text = change.text }
    redis.call('HSET', KEYS[1], change.check, cjson.encode(entry))
  end
end
local all = redis.call('HGETALL', KEYS[1])
local longest = 0
for index = 1, #all, 2 do
  local ends = cjson.decode(all[index + 1])['until']
  if ends <= now then
    redis.call('HDEL', KEYS[1], all[index])
  elseif ends > longest then
    longest = ends
  end
end
if changed then
  redis.call('PEXPIREAT', KEYS[1], longest)
  redis.call('SET', KEYS[2], sequence, 'PX', 172800000)
  redis.call('PUBLISH', ARGV[2], sequence)
end
redis.call('HSET', KEYS[3], ARGV[3], now .. ' ' .. ARGV[4])
redis.call('PEXPIRE', KEYS[3], 60000)
return { tostring(now), all }
`;

/** Everybody who has been heard of lately. */
export const listReplicas: string = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local found = {}
for index = 1, #all, 2 do
  local seen, text = string.match(all[index + 1], '^(%d+) (.*)$')
  if now - tonumber(seen) > ${goneAfterMs} then
    redis.call('HDEL', KEYS[1], all[index])
  else
    found[#found + 1] = { all[index], tostring(now - tonumber(seen)), text }
  end
end
return found
`;

export const leave: string = `return redis.call('HDEL', KEYS[1], ARGV[1])`;
