import type { AccessGroup } from '../../../generated/contract/operations.gen.ts';
import type { Contract } from '../contract.ts';
import type { Operation } from '../operations.ts';
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
    const where = (): string => place(['paths', operation.key, operation.method]);
    const mistake =
      accessMistake(operation) ?? (operation.probe === undefined ? undefined : mistakeOf(operation, checks));
    if (mistake !== undefined) throw new ContractError(where(), `${nameOf(operation)}: ${mistake}`);
    const other = taken.get(operation.id);
    if (other !== undefined) {
      throw new ContractError(
        where(),
        `${nameOf(operation)}: operationId ${operation.id} is that of ${nameOf(other)} too`,
      );
    }
    taken.set(operation.id, operation);
  }
}

export const nameOf = ({ method, key }: Operation): string => `${method.toUpperCase()} ${key}`;

/** Probes are open and what simulates is guarded, always: a document that says otherwise would not be believed. */
function accessMistake({ probe, simulate, access }: Operation): string | undefined {
  if (access === undefined || (probe === undefined && simulate === undefined)) return undefined;
  const [beside, expected]: [string, AccessGroup] =
    probe === undefined ? ['x-simulate', 'simulation'] : ['x-probe', 'probes'];
  return access === expected ? undefined : `x-access: expected ${expected} beside ${beside}, got ${access}`;
}

function mistakeOf({ method, path, probe, responses }: Operation, checks: readonly string[]): string | undefined {
  const unknown = probe?.checks?.find((name) => !checks.includes(name));
  if (unknown !== undefined) {
    return `x-probe: no check is named ${unknown}: ${checks.length === 0 ? 'there are none' : `known are ${checks.join(', ')}`}`;
  }
  if (method !== 'get') return 'x-probe: expected a GET operation, as that is what probers send';
  if (path.includes('{')) return 'x-probe: expected a path without parameters, as a prober has none to fill in';
  const failing = [...responses.keys()].filter((status) => status >= 300);
  if (![...responses.keys()].some((status) => status >= 200 && status < 300))
    return 'expected a 2xx response, its status spelled out';
  if (responses.has(503) || failing.length === 1) return undefined;
  const declared = failing.length === 0 ? 'none is declared' : `declared are ${failing.join(', ')}`;
  return `expected a 503 response, or one failing status: ${declared}`;
}
