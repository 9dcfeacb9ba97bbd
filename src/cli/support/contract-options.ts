import type { Command } from 'commander';

export const withContractOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration; ./probity.yaml where there is one, else the environment alone')
    .option('--contract <file>', 'an OpenAPI document to serve instead of the built-in one')
    .option('--contract-folder <folder>', "where that document's $refs may lead; its own folder when left out")
    .option('--overlay <file>', 'an overlay to lay over that document; may be given several times', collected)
    .option('--merge', 'serve the built-in document beside the other one');

/** The values of an option that may be given several times. */
export const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
