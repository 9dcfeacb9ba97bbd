import type { Settings } from '../config/settings.ts';

/** The settings with what the command line says of the contract. */
export const withContract = (settings: Settings, contract?: string, merge?: boolean): Settings => ({
  ...settings,
  ...(contract === undefined ? {} : { contract }),
  ...(merge === undefined ? {} : { mergeContract: merge }),
});
