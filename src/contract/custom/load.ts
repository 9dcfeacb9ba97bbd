import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { builtinDocument, builtinIds } from '../builtin.ts';
import { type Contract, createContract } from '../contract.ts';
import { keysOf, type OpenApiDocument } from '../document.ts';
import { withoutSimulation } from '../simulation.ts';
import type { Validate, Validators } from '../validators.ts';
import { checkExtensions } from './extensions.ts';
import { readDocument } from './file.ts';
import { merged, withErrors } from './merge.ts';
import { checkProbes } from './probes.ts';
import { upgraded } from './upgrade.ts';

export interface ContractOptions {
  /** An OpenAPI document of version 3.0 or 3.1, in YAML or JSON, over one file or several. */
  readonly file: string;
  /** Where the document's `$ref`s may lead; its own folder when left out. */
  readonly folder?: string | undefined;
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
export async function loadContract({ file, folder, merge, simulation, checks }: ContractOptions): Promise<Contract> {
  const read = await readDocument(file, folder);
  checkExtensions(read);
  const document = upgraded(read.document);
  const whole = merge ? merged(document, builtinDocument, file) : withErrors(document, builtinDocument);
  const inForce = simulation ? whole : withoutSimulation(whole);
  const contract = createContract(inForce, runtimeValidators(inForce), merge ? builtinIds() : new Set());
  checkProbes(contract, checks, read.place);
  return { ...contract, place: (ref) => read.place(keysOf(ref)) };
}

/** Validators by `$ref`, each compiled when it is first asked for. */
export function runtimeValidators(document: OpenApiDocument): Validators {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true, logger: false });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, Validate>();
  const compile = (ref: string): Validate => {
    const known = compiled.get(ref);
    if (known !== undefined) return known;
    const validate = ajv.compile({ $ref: `openapi${ref}` }) as Validate;
    compiled.set(ref, validate);
    return validate;
  };
  return new Proxy(
    {},
    { get: (_, ref) => (typeof ref === 'string' && ref.startsWith('#') ? compile(ref) : undefined) },
  );
}
