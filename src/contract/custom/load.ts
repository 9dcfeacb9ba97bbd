import { builtinDocument } from '../builtin.ts';
import { type Contract, createContract, isServed } from '../contract.ts';
import { DocumentError } from '../document-error.ts';
import { keysOf } from '../references.ts';
import { withoutSimulation } from '../simulation.ts';
import { ContractError } from './error.ts';
import { checkExtensions } from './extensions.ts';
import { type DocumentFile, type DocumentOptions, readDocument } from './file.ts';
import { merged, withErrors } from './merge.ts';
import { checkProbes } from './probes.ts';
import { upgraded } from './upgrade.ts';
import { runtimeValidators } from './validators.ts';

export interface ContractOptions extends DocumentOptions {
  /** An OpenAPI document of version 3.0, 3.1 or 3.2, in YAML or JSON, over one file or several. */
  readonly file: string;
  /** Whether the built-in document's operations are served beside its own. */
  readonly merge: boolean;
  /** Whether the operations that simulate failures are served. */
  readonly simulation: boolean;
  /** The names of the checks that there are. */
  readonly checks: readonly string[];
}

/**
 * A contract of the user's own. It takes the same way as the built-in one; only its validators are compiled here.
 *
 * @throws ContractError for the first mistake, in one line with file, line and column.
 */
export async function loadContract(options: ContractOptions): Promise<Contract> {
  const read = await readDocument(options.file, options);
  // Of what was read, the document is not to be kept for the sake of its places.
  const { place: placeOf } = read;
  const place = (ref: string): string => placeOf(keysOf(ref));
  try {
    return { ...contractOf(read, options), place };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new ContractError(place(error.ref), error.message);
  }
}

function contractOf(read: DocumentFile, { merge, simulation, checks }: ContractOptions): Contract {
  checkExtensions(read);
  const document = upgraded(read.document);
  const { added, displaced, ...beside } = merge
    ? merged(document, builtinDocument, read.place)
    : { document: withErrors(document, builtinDocument), added: new Set<string>(), displaced: [] };
  const whole = beside.document;
  const inForce = simulation ? whole : withoutSimulation(whole);
  const contract = createContract(inForce, {}, added);
  checkProbes(contract, checks, read.place);
  const served = contract.operations.filter((operation) => isServed(contract, operation));
  return { ...contract, displaced, validators: runtimeValidators(inForce, [...served, contract.errors]) };
}
