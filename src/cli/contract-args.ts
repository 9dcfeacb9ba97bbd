import type { Settings } from '../config/settings.ts';

/** The arguments that say which contract is in force. */
export const contractArgs = {
  config: {
    type: 'string',
    valueHint: 'FILE',
    description: 'The configuration; ./probity.yaml where there is one, else the environment alone',
  },
  contract: {
    type: 'string',
    valueHint: 'FILE',
    description: 'An OpenAPI document to serve instead of the built-in one',
  },
  merge: { type: 'boolean', description: 'Serve the built-in document beside the other one' },
} as const;

/** The settings with what the command line says of the contract. */
export const withContract = (settings: Settings, contract?: string, merge?: boolean): Settings => ({
  ...settings,
  ...(contract === undefined ? {} : { contract }),
  ...(merge === undefined ? {} : { mergeContract: merge }),
});
