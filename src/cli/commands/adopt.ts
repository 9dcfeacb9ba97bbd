import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Addition, additionsFor, wrongWanted } from '../../adopt/additions.ts';
import { overlayFor, provenEdits, readSubject, type Subject } from '../../adopt/adopt.ts';
import { edited } from '../../adopt/edits.ts';
import { likelyProbes, type Wanted } from '../../adopt/likely.ts';
import { unified } from '../../adopt/unified.ts';
import { plainError } from '../../base/errors.ts';
import { settingsFor } from '../support/contract-settings.ts';
import { ending, exitCodes } from '../support/exit.ts';
import { proved } from '../support/proved.ts';
import { writeWhole } from '../support/write.ts';

export const addAdopt = (program: Command): void =>
  void program
    .command('adopt')
    .summary('add probes to an OpenAPI document')
    .description(
      'Adds to a document what it lacks for operations to be probes: the operation, its x-probe, a 503. Prints the ' +
        'difference, and proves what comes of it. Without paths it takes those that look like probes.',
    )
    .argument('<file>', 'an OpenAPI document, in YAML or JSON')
    .option('--liveness <path>', 'the path of the liveness probe, as under paths')
    .option('--readiness <path>', 'that of the readiness probe')
    .option('--startup <path>', 'that of the startup probe')
    .addOption(program.createOption('--write', 'write it into the file').conflicts('overlay'))
    .option('--overlay [file]', 'write an overlay instead, to standard output where no file is named')
    .option('--config <file>', 'the configuration to prove it with; ./probity.yaml where there is one')
    .option('--contract-folder <folder>', "where the document's $refs may lead; its own folder when left out")
    .addHelpText(
      'after',
      `
Examples:
  $ probity adopt openapi.yaml
  $ probity adopt openapi.yaml --liveness /livez --readiness /readyz --write
  $ probity adopt openapi.json --readiness /healthz --overlay probes.overlay.yaml`,
    )
    .action(ending(adopt));

interface AdoptArguments extends Wanted {
  readonly config?: string;
  readonly contractFolder?: string;
  readonly write?: boolean;
  /** The overlay to write; `true` for standard output. */
  readonly overlay?: string | true;
}

/** Where an overlay would be that goes to standard output. */
const nowhere = 'probes.overlay.yaml';

/** Adds to a document what it lacks for its operations to be probes; returns the exit code. */
async function adopt(file: string, options: AdoptArguments): Promise<number> {
  const { liveness, readiness, startup, overlay, write } = options;
  const asked = definedOf({ liveness, readiness, startup });
  const wrong = wrongWanted(asked);
  if (wrong !== undefined) throw plainError('PROBITY_USAGE', wrong);
  const subject = readSubject(file);
  const additions = additionsFor(subject, Object.keys(asked).length > 0 ? asked : proposed(subject));
  const result = overlay === undefined ? asEdits(subject, additions) : asOverlay(subject, additions, overlay);
  // The difference is shown before its proof: a refusal speaks of what is in it.
  process.stdout.write(result.shown);
  const { contract, samples } = await proved(await settingsOf(file, options, result.overlays), result.unwritten);
  if (additions.length > 0 && result.target !== undefined && (write || overlay !== undefined))
    writeWhole(result.target, result.text);
  const probes = contract.operations.filter(({ probe }) => probe !== undefined).length;
  const change = additions.length === 0 ? 'nothing to add' : (result.said ?? (write ? 'written' : '--write writes it'));
  console.error(`${file}: ${count(probes, 'probe')} proved by ${count(samples.length, 'answer')}; ${change}`);
  return exitCodes.ok;
}

interface Result {
  /** For standard output. */
  readonly shown: string;
  readonly text: string;
  /** The file to write. */
  readonly target?: string;
  readonly said?: string;
  readonly overlays?: readonly string[];
  readonly unwritten: ReadonlyMap<string, string>;
}

function asEdits(subject: Subject, additions: readonly Addition[]): Result {
  const { file, text } = subject;
  const edits = provenEdits(subject, additions);
  const after = edited(text, edits);
  return { shown: unified(file, text, edits), text: after, target: file, unwritten: new Map([[resolve(file), after]]) };
}

function asOverlay(subject: Subject, additions: readonly Addition[], to: string | true): Result {
  if (additions.length === 0) return { shown: '', text: '', unwritten: new Map() };
  const target = to === true ? undefined : to;
  const text = overlayFor(subject, additions, target);
  const path = target ?? nowhere;
  return {
    shown: target === undefined ? text : '',
    text,
    ...(target !== undefined && { target }),
    said: target === undefined ? 'an overlay for it is above' : `${target} written`,
    overlays: [path],
    unwritten: new Map([[resolve(path), text]]),
  };
}

/** Those that look like probes, where none is named. */
function proposed({ file, document }: Subject): Wanted {
  const likely = likelyProbes(document);
  const words = Object.entries(likely).map(([kind, path]) => `--${kind} ${path}`);
  const hasProbe = Object.values(document.paths).some((item) => 'x-probe' in Object(Object(item).get));
  if (words.length === 0 && !hasProbe)
    throw plainError(
      'PROBITY_USAGE',
      `${file}: no GET operation looks like a probe; name the paths to add: --liveness /livez --readiness /readyz`,
    );
  if (words.length > 0) console.error(`${file}: taken for probes: ${words.join(' ')}`);
  return likely;
}

async function settingsOf(
  contract: string,
  { config, contractFolder }: AdoptArguments,
  overlay: readonly string[] | undefined,
): Promise<Awaited<ReturnType<typeof settingsFor>>> {
  // Those of the settings are for another document.
  const { overlays: _, ...settings } = await settingsFor({ config, contract, contractFolder });
  return overlay === undefined ? settings : { ...settings, overlays: overlay };
}

const definedOf = (wanted: { readonly [kind in keyof Wanted]: string | undefined }): Wanted =>
  Object.fromEntries(Object.entries(wanted).filter(([, path]) => path !== undefined)) as Wanted;

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
