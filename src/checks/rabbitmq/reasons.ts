import type { Reason } from '../../../generated/contract/types.gen.ts';
import type { Symptom } from '../kit/reason.ts';

/** By the code of AMQP 0-9-1 that a message names. */
const codes: Readonly<Record<string, Reason>> = {
  '320': 'unavailable', // An operator or a shutdown.
  '403': 'auth',
  '404': 'not_found',
  '501': 'protocol',
  '502': 'protocol',
  '503': 'protocol',
  '504': 'protocol',
  '505': 'protocol',
  '506': 'overloaded',
  '530': 'auth',
  '541': 'unavailable',
};

export function rabbitmqRule({ code, message }: Symptom): Reason | undefined {
  if (/\bvhost .* not found/.test(message)) return 'not_found';
  if (/connection limit \(\d+\) is reached/.test(message)) return 'too_many_connections';
  // Of the connection, as amqplib counts them, or of the user, as the server does.
  if (/^No channels left|number of channels opened/.test(message)) return 'pool_saturated';
  const [, named] = /\b(\d{3}) \([A-Z-]+\)/.exec(message) ?? [];
  if (named !== undefined) return codes[named] ?? 'unexpected_response';
  // The virtual host does not let this user in.
  if (/^NOT_ALLOWED|^Expected ConnectionOpenOk; got <ConnectionClose|^SASL mechanism/.test(message)) return 'auth';
  if (/^(Frame |Invalid frame|Unknown frame|Unexpected frame|Expected |Server frameMax)/.test(message))
    return 'protocol';
  if (code === 'ERR_OUT_OF_RANGE' || code === 'ERR_BUFFER_OUT_OF_BOUNDS') return 'protocol'; // A frame cut short.
  return message === 'Heartbeat timeout' ? 'timeout' : undefined;
}
