import { type CommandDef, defineCommand } from 'citty';
import { adviceOn } from '../advisor/advice.ts';
import { factsOf } from '../advisor/facts.ts';
import { manifestOf } from '../advisor/manifest.ts';
import { plain, reasons, rendered, type Section } from '../advisor/render.ts';
import { sidecarOf } from '../advisor/sidecar.ts';
import { contractOf } from '../config/contract.ts';
import { loadSettings } from '../config/settings.ts';
import { builtinDocument } from '../contract/builtin.ts';
import { contractArgs, withContract } from './contract-args.ts';
import { complain, exitCodes } from './exit.ts';

const ownArgs = {
  sidecar: { type: 'boolean', description: "For Probity in somebody else's pod" },
  json: { type: 'boolean', description: 'Stanzas and reasons as JSON' },
} as const;
const args: typeof contractArgs & typeof ownArgs = { ...contractArgs, ...ownArgs };

export const manifestCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'manifest',
    description: 'Print the probes, the health check and the grace period that fit the configuration, with the reasons',
  },
  args,
  async run({ args: { config, contract, merge, sidecar, json } }) {
    try {
      const settings = withContract(await loadSettings({ file: config, env: process.env }), contract, merge);
      const facts = factsOf(settings, await contractOf(settings));
      const advice = adviceOn(facts);
      const sections = sidecar
        ? sidecarOf(advice, facts, String(builtinDocument.info.version))
        : manifestOf(advice, facts);
      process.stdout.write(json ? `${JSON.stringify(asJson(sections), null, 2)}\n` : rendered(sections));
    } catch (error) {
      process.exitCode = complain(error, exitCodes.usage);
    }
  },
});

const asJson = (sections: readonly Section[]): object =>
  Object.fromEntries(sections.map(({ title, tree }) => [title, { stanza: plain(tree), reasons: reasons(tree) }]));
