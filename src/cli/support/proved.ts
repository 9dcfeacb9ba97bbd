import { contractOf } from '../../config/contract.ts';
import type { Settings } from '../../config/settings.ts';
import type { Contract } from '../../contract/contract.ts';
import { secured } from '../../contract/security.ts';
import { rulesOf } from '../../health/rules.ts';
import { prove, type Sample } from '../../probes/proof.ts';

/** A contract that was proved, with its answers. */
interface Proved {
  readonly contract: Contract;
  readonly samples: readonly Sample[];
}

/**
 * Proves the contract that settings ask for.
 *
 * @param unwritten what files say that are not written yet, by path
 * @throws Error naming the place of what could not be answered
 */
export async function proved(settings: Settings, unwritten?: ReadonlyMap<string, string>): Promise<Proved> {
  const { releaseId } = settings;
  const declared = { ...(await contractOf(settings, unwritten)), ...(releaseId === undefined ? {} : { releaseId }) };
  const contract = secured(declared, settings.access ?? {});
  const checks = Object.entries(settings.checks).map(([name, check]) => ({ name, rules: rulesOf(name, check) }));
  return { contract, samples: prove(contract, checks) };
}
