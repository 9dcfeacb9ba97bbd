import { loadSettings, type Settings } from '../../config/settings.ts';

/** The options that say which contract is in force. */
export interface ContractOptions {
  readonly config?: string | undefined;
  readonly contract?: string | undefined;
  readonly contractFolder?: string | undefined;
  readonly overlay?: readonly string[] | undefined;
  readonly merge?: boolean | undefined;
}

/**
 * The settings of the file and the environment, with what the command line says of the contract.
 *
 * @throws ConfigError for the first mistake
 */
export async function settingsFor(
  { config, contract, contractFolder, overlay, merge }: ContractOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Settings> {
  return {
    ...(await loadSettings({ file: config, env })),
    ...(contract === undefined ? {} : { contract }),
    ...(contractFolder === undefined ? {} : { contractFolder }),
    ...(overlay === undefined ? {} : { overlays: overlay }),
    ...(merge === undefined ? {} : { mergeContract: merge }),
  };
}
