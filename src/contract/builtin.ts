import document from '../../generated/contract/document.json' with { type: 'json' };
import { validators } from '../../generated/contract/operations.gen.ts';
import { type Contract, createContract } from './contract.ts';
import type { OpenApiDocument } from './document.ts';
import { withoutSimulation } from './simulation.ts';

/** The contract of openapi/probity.yaml, with the operations of simulation or without them. */
export function builtinContract(simulation: boolean): Contract {
  const whole = document as unknown as OpenApiDocument;
  return createContract(simulation ? whole : withoutSimulation(whole), validators);
}
