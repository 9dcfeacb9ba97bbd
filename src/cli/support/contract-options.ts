import type { Command } from 'commander';

export const withContractOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration; ./probity.yaml where there is one, else the environment alone')
    .option('--contract <file>', 'an OpenAPI document to serve instead of the built-in one')
    .option('--contract-folder <folder>', "where that document's $refs may lead; its own folder when left out")
    .option('--merge', 'serve the built-in document beside the other one');
