import type { Reason } from '../../../generated/contract/types.gen.ts';
import type { Symptom } from '../kit/reason.ts';

/** By the first word of an error reply. */
const replies: Readonly<Record<string, Reason>> = {
  NOAUTH: 'auth',
  WRONGPASS: 'auth',
  NOPERM: 'auth',
  DENIED: 'auth', // Protected mode: no password is set, and only loopback is let in.
  LOADING: 'loading',
  MASTERDOWN: 'master_down',
  READONLY: 'read_only',
  MISCONF: 'read_only', // The last snapshot failed: no writes until one succeeds.
  NOREPLICAS: 'read_only', // Fewer replicas than min-replicas-to-write.
  OOM: 'overloaded',
  BUSY: 'overloaded', // A script runs and runs.
  CLUSTERDOWN: 'unavailable',
};

export function redisRule({ name, message }: Symptom): Reason | undefined {
  if (/max number of clients/.test(message)) return 'too_many_connections';
  if (/^(ERR invalid password|ERR AUTH)/.test(message)) return 'auth'; // Redis 5 and before.
  if (/^ERR (DB index is out of range|invalid DB index)/.test(message)) return 'not_found';
  const [word = ''] = message.split(' ', 1);
  if (Object.hasOwn(replies, word)) return replies[word];
  if (/^(Unknown RESP type|Protocol error|Command queue state error)/.test(message)) return 'protocol';
  return name === 'ReplyError' ? 'unexpected_response' : undefined;
}
