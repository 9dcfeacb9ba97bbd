import type { AccessGroup } from '../../../generated/contract/operations.gen.ts';
import type { Contract } from '../contract.ts';
import type { Operation } from '../operations.ts';
import { failing, passing } from '../responses.ts';
import { ContractError } from './error.ts';

/**
 * What a schema of the extensions cannot say of a document's probes.
 *
 * @throws ContractError naming the place, the operation and what was expected.
 */
export function checkProbes(
  { operations }: Contract,
  checks: readonly string[],
  place: (keys: readonly string[]) => string,
): void {
  const taken = new Map<string, Operation>();
  for (const operation of operations) {
    const keys = ['paths', operation.key, operation.method];
    const refuse = ({ at = [], what }: Refusal): ContractError =>
      new ContractError(place([...keys, ...at]), `${nameOf(operation)}: ${what}`);
    const mistake =
      accessMistake(operation) ?? (operation.probe === undefined ? undefined : mistakeOf(operation, checks));
    if (mistake !== undefined) throw refuse(mistake);
    const other = taken.get(operation.id);
    if (other !== undefined) throw refuse({ what: `operationId ${operation.id} is that of ${nameOf(other)} too` });
    taken.set(operation.id, operation);
  }
  if (!operations.some(({ probe }) => probe !== undefined))
    throw new ContractError(place(['paths']), noProbe(operations));
}

function noProbe(operations: readonly Operation[]): string {
  const likely = operations.find(
    ({ method, key }) => method === 'get' && /(health|live|ready|status|ping|up)/i.test(key),
  );
  const where = likely === undefined ? 'a GET operation under paths' : nameOf(likely);
  return `expected a probe, no operation is one; add x-probe: readiness (or liveness, startup) to ${where}`;
}

interface Refusal {
  /** Where in the operation. */
  readonly at?: readonly string[];
  readonly what: string;
}

export const nameOf = ({ method, key }: Operation): string => `${method.toUpperCase()} ${key}`;

/** Probes are open and what simulates is guarded, always: a document that says otherwise would not be believed. */
function accessMistake({ probe, simulate, access }: Operation): Refusal | undefined {
  if (access === undefined || (probe === undefined && simulate === undefined)) return undefined;
  const [beside, expected]: [string, AccessGroup] =
    probe === undefined ? ['x-simulate', 'simulation'] : ['x-probe', 'probes'];
  if (access === expected) return undefined;
  return { what: `x-access: expected ${expected} beside ${beside}, got ${access}` };
}

function mistakeOf({ method, key, path, probe, responses }: Operation, checks: readonly string[]): Refusal | undefined {
  const unknown = probe?.checks?.find((name) => !checks.includes(name));
  if (unknown !== undefined) {
    const known = checks.length === 0 ? 'there are none' : `known are ${checks.join(', ')}`;
    return { at: ['x-probe'], what: `x-probe: no check is named ${unknown}: ${known}` };
  }
  if (method !== 'get') return { what: 'x-probe: expected a GET operation, as that is what probers send' };
  if (/[?#]/.test(key))
    return {
      what: `x-probe: expected a path without a query or a fragment; write ${key.replace(/[?#].*/, '')} and declare the rest as parameters`,
    };
  if (path.includes('{'))
    return { what: 'x-probe: expected a path without parameters, as a prober has none to fill in' };
  const declared = [...responses.keys()].join(', ') || 'none';
  if (passing(responses) === undefined)
    return {
      at: ['responses'],
      what: `expected a 2xx response, declared is ${declared}; add '200': { description: Ready }`,
    };
  if (failing(responses) !== undefined) return undefined;
  return {
    at: ['responses'],
    what: `expected a 503 response for a probe that fails, declared is ${declared}; add '503': { description: Not ready }`,
  };
}
