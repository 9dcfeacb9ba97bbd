import type { Command } from 'commander';
import { collected } from '../support/contract-options.ts';
import { ending } from '../support/exit.ts';
import type { VerifyArguments } from '../verify.ts';

export const addVerify = (program: Command): void =>
  void program
    .command('verify')
    .summary('hold a running service against its document')
    .description(
      'Asks a running service, Probity or not, for everything that changes nothing and needs no argument without an ' +
        'example, with the token of PROBITY_TOKEN where there is one, and holds the ' +
        'answers against its OpenAPI document. Exits with 0 when every answer is as declared, and with 1 otherwise.',
    )
    .argument('<url>', 'where the service is, such as http://127.0.0.1:8000')
    .option('--contract <file>', 'the document; URL/openapi.json when left out')
    .option(
      '--overlay <file>',
      'an overlay to lay over the document of --contract; may be given several times',
      collected,
    )
    .option('--timeout <duration>', 'for each answer', '5s')
    .option('--head', 'ask HEAD wherever GET is declared')
    .option('--accept', 'ask for every declared media type by itself')
    .option('--json', 'findings as JSON')
    .option('--junit', 'findings as JUnit XML')
    .addHelpText(
      'after',
      `
Examples:
  $ probity verify http://127.0.0.1:8000
  $ probity verify https://shop.example --contract openapi.yaml --json`,
    )
    .action(
      ending(async (url: string, options: VerifyArguments) =>
        (await import('../verify.ts')).verifyService(url, options),
      ),
    );
