import { describe, expect, it } from 'vitest';
import { builtinContract } from '../../src/contract/builtin.ts';
import { withoutSimulation } from '../../src/contract/simulation.ts';
import { builtin, changedContract, type OperationId } from '../support.ts';

const idsOf = (contract: typeof builtin): string[] => contract.operations.map(({ id }) => id);

describe('a contract without simulation', () => {
  const off = builtinContract(false);

  it('has every operation but those of simulation', () => {
    const gone = idsOf(builtin).filter((id) => !idsOf(off).includes(id));
    expect(gone).toEqual([
      'simulateDbFailure',
      'simulateDbRecovery',
      'simulateExternalServiceFailure',
      'simulateExternalServiceRecovery',
      'listFaults',
      'clearFaults',
      'setFault',
      'clearFault',
    ] satisfies OperationId[]);
  });

  it('has no path left without an operation', () => {
    expect(Object.keys(off.document.paths).filter((path) => /fault|simulate/.test(path))).toEqual([]);
    expect(off.document.paths).toHaveProperty(['/checks/{check}', 'parameters']);
  });

  it('has no operation that changes anything, but for progress', () => {
    const changing = off.operations.filter(({ method, simulate }) => method !== 'get' || simulate !== undefined);
    expect(changing.map(({ id }) => id)).toEqual(['beat']);
  });

  it('leaves the whole document as it is', () => {
    expect(builtin.document.paths).toHaveProperty('/faults');
  });

  it('has no operation that simulates, however it is tagged', () => {
    const { document } = changedContract(({ paths }) => {
      delete paths['/simulate_db_failure'].post.tags;
    });
    expect(withoutSimulation(document).paths).not.toHaveProperty('/simulate_db_failure');
  });
});
