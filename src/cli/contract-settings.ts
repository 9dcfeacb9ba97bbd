import type { Settings } from '../config/settings.ts';

/** The options that say which contract is in force. */
export interface ContractOptions {
  readonly config?: string;
  readonly contract?: string;
  readonly merge?: boolean;
}

/** The settings with what the command line says of the contract. */
export const withContract = (settings: Settings, contract?: string, merge?: boolean): Settings => ({
  ...settings,
  ...(contract === undefined ? {} : { contract }),
  ...(merge === undefined ? {} : { mergeContract: merge }),
});
