import type { Command } from 'commander';
import { type Advice, adviceOn } from '../../advisor/advice.ts';
import { manifestOf, patchOf } from '../../advisor/manifest.ts';
import { plain, reasons, rendered, type Section } from '../../advisor/render.ts';
import { factsOf, type ServiceFacts } from '../../advisor/service-facts.ts';
import { sidecarOf } from '../../advisor/sidecar.ts';
import { contractOf } from '../../config/contract.ts';
import { withPlaceholders } from '../../config/placeholders.ts';
import { builtinDocument } from '../../contract/builtin.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { type ContractOptions, settingsFor } from '../support/contract-settings.ts';
import { ending, exitCodes } from '../support/exit.ts';

export const addManifest = (program: Command): void =>
  void withContractOptions(
    program
      .command('manifest')
      .summary('print the probes and times that fit')
      .description(
        'Prints the probes, the health check and the grace period that fit the configuration, with the reasons.',
      ),
  )
    .option('--sidecar', "for Probity in somebody else's pod")
    .addOption(
      program.createOption('--patch <container>', 'as a patch of kustomize, for that container').conflicts('sidecar'),
    )
    .option('--json', 'stanzas and reasons as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity manifest --config probity.yaml
  $ probity manifest --sidecar
  $ probity manifest --patch shop > deploy/probes.yaml`,
    )
    .action(ending(manifest));

interface ManifestArguments extends ContractOptions {
  readonly sidecar?: boolean;
  /** The container that a patch is for. */
  readonly patch?: string;
  readonly json?: boolean;
}

/** Prints the stanzas that fit the configuration, with the reasons; returns the exit code. */
async function manifest({ sidecar, patch, json, ...options }: ManifestArguments): Promise<number> {
  const settings = await settingsFor(options, await withPlaceholders(options.config, process.env));
  const facts = factsOf(settings, await contractOf(settings));
  const advice = adviceOn(facts);
  const sections = sectionsOf(advice, facts, { ...(sidecar && { sidecar }), ...(patch !== undefined && { patch }) });
  process.stdout.write(json ? `${JSON.stringify(asJson(sections), null, 2)}\n` : rendered(sections));
  return exitCodes.ok;
}

function sectionsOf(
  advice: Advice,
  facts: ServiceFacts,
  { sidecar, patch }: Pick<ManifestArguments, 'sidecar' | 'patch'>,
): Section[] {
  if (patch !== undefined) return patchOf(advice, facts, patch);
  return sidecar ? sidecarOf(advice, facts, String(builtinDocument.info.version)) : manifestOf(advice, facts);
}

const asJson = (sections: readonly Section[]): object =>
  Object.fromEntries(sections.map(({ title, tree }) => [title, { stanza: plain(tree), reasons: reasons(tree) }]));
