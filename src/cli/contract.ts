import { type CommandDef, defineCommand } from 'citty';
import { contractOf } from '../config/contract.ts';
import { loadSettings } from '../config/settings.ts';
import { prove, type Sample } from '../contract/proof.ts';
import { rulesOf } from '../health/rules.ts';
import { contractArgs, withContract } from './contract-args.ts';
import { complain, exitCodes } from './exit.ts';

const ownArgs = {
  samples: { type: 'boolean', description: 'What each probe answers in each state, as it was proved' },
  json: { type: 'boolean', description: 'Samples as JSON' },
} as const;
const args: typeof contractArgs & typeof ownArgs = { ...contractArgs, ...ownArgs };

export const contractCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'contract', description: 'Prove the contract, and print it or samples of its answers' },
  args,
  async run({ args: { config, contract, merge, samples, json } }) {
    try {
      const settings = withContract(await loadSettings({ file: config, env: process.env }), contract, merge);
      const inForce = await contractOf(settings);
      const checks = Object.entries(settings.checks).map(([name, check]) => ({ name, rules: rulesOf(name, check) }));
      const proved = prove(inForce, checks);
      if (!samples) console.log(JSON.stringify(inForce.document, null, 2));
      else if (json) console.log(JSON.stringify(proved.map(plain), null, 2));
      else for (const sample of proved) console.log(line(sample));
    } catch (error) {
      process.exitCode = complain(error, exitCodes.usage);
    }
  },
});

const plain = ({ operation, state, answer }: Sample): object => ({
  operation: operation.id,
  method: operation.method.toUpperCase(),
  path: operation.path,
  state,
  ...answer,
});

const line = ({ operation, state, answer }: Sample): string =>
  [`GET ${operation.path} while ${state}:`, answer.status, answer.body?.toString().trim().replaceAll('\n', ' | ')]
    .filter((part) => part !== undefined)
    .join(' ');
