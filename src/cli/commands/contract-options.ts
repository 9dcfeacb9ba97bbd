import type { Command } from 'commander';

export const withContractOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration; ./probity.yaml where there is one, else the environment alone')
    .option('--contract <file>', 'an OpenAPI document to serve instead of the built-in one')
    .option('--merge', 'serve the built-in document beside the other one');
