#!/usr/bin/env node
import { createRequire } from 'node:module';
import { endAtOnce } from './support/early.ts';
import { complaint, exitCodes } from './support/exit.ts';

// Before anything that takes time to load.
if (process.argv[2] === 'serve') endAtOnce();

const require = createRequire(import.meta.url);
// Version 14: the next one is an ES module that imports `node:process`, which opens the standard streams before anybody
// needs them. That is an eighth of the time from exec to the first answer.
const { Command, CommanderError } = require('commander') as typeof import('commander');
const { version } = require('probity/package.json') as { version: string };

const program = new Command('probity')
  .description('Health, readiness and startup probes that answer from an OpenAPI contract.')
  .version(version)
  .helpCommand(false)
  // What follows a command's name is that command's.
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: false })
  .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  0  all is well
  1  it is not: not ready, no answer, a broken contract, a finding
  2  the command, the configuration or a document is wrong

Environment:
  PROBITY_TOKEN  the bearer token for a service that asks for one`,
  );

/** In the order of the help. A probe every few seconds pays for no other command, so only what is asked for is loaded. */
const commands: Readonly<Record<string, () => Promise<(program: import('commander').Command) => void>>> = {
  serve: async () => (await import('./commands/serve.ts')).addServe,
  check: async () => (await import('./commands/check.ts')).addCheck,
  wait: async () => (await import('./commands/wait.ts')).addWait,
  status: async () => (await import('./commands/status.ts')).addStatus,
  faults: async () => (await import('./commands/faults.ts')).addFaults,
  contract: async () => (await import('./commands/contract.ts')).addContract,
  adopt: async () => (await import('./commands/adopt.ts')).addAdopt,
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  manifest: async () => (await import('./commands/manifest.ts')).addManifest,
  lint: async () => (await import('./commands/lint.ts')).addLint,
};
const asked = Object.entries(commands).filter(([name]) => name === process.argv[2]);
for (const [, load] of asked.length > 0 ? asked : Object.entries(commands)) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

/** "error: unknown option '--tiemout'\n(Did you mean --timeout?)" in one line of ours. */
function oneLine(text: string): string {
  const message = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
  return `${complaint(message, 'PROBITY_USAGE')}\n`;
}
