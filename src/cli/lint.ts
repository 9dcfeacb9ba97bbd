import { text } from 'node:stream/consumers';
import { type CommandDef, defineCommand } from 'citty';
import { factsOf } from '../advisor/facts.ts';
import { type Finding, lint, type Manifest, type Verdict } from '../advisor/lint.ts';
import { contractOf } from '../config/contract.ts';
import { readText } from '../config/file.ts';
import { loadSettings } from '../config/settings.ts';
import { oneLine } from '../config/show.ts';
import { contractArgs, withContract } from './contract-args.ts';
import { complain, exitCodes } from './exit.ts';

const ownArgs = {
  file: {
    type: 'positional',
    // Its absence is told in one line, as every other mistake is.
    required: false,
    valueHint: '…',
    description: 'Manifests of Kubernetes and compose files, one or more; - is the standard input',
  },
  json: { type: 'boolean', description: 'Findings as JSON' },
} as const;
const args: typeof contractArgs & typeof ownArgs = { ...contractArgs, ...ownArgs };

export const lintCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'lint',
    description:
      'Say what does not fit in manifests of Kubernetes and compose files; exit code 0 without errors, 1 with ' +
      'errors, 2 for a file that cannot be judged',
  },
  args,
  async run({ args: { config, contract, merge, json, _: files } }) {
    try {
      if (files.length === 0) throw new Error('expected a file, such as deployment.yaml or compose.yaml');
      const settings = withContract(await loadSettings({ file: config, env: process.env }), contract, merge);
      const facts = factsOf(settings, await contractOf(settings));
      const manifests = await Promise.all(files.map(read));
      const verdict = lint(manifests, facts);
      console.log(json ? JSON.stringify(verdict.findings, null, 2) : report(verdict));
      const isBroken = verdict.findings.some(({ severity }) => severity === 'error');
      process.exitCode = isBroken ? exitCodes.failed : exitCodes.ok;
    } catch (error) {
      process.exitCode = complain(error, exitCodes.usage);
    }
  },
});

const read = async (file: string): Promise<Manifest> =>
  file === '-'
    ? { file: 'standard input', text: await text(process.stdin) }
    : { file: oneLine(file), text: readText(file) };

function report({ findings, judged }: Verdict): string {
  const count = (severity: Finding['severity']): string => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return `${length} ${severity}${length === 1 ? '' : 's'}`;
  };
  return [...findings.map(line), oneLine(`${count('error')}, ${count('warning')} in ${judged.join(', ')}`)].join('\n');
}

/** What a manifest says is somebody else's text: it must not break the line, nor act on a terminal. */
const line = ({ file, line, column, severity, rule, container, found, expected, why }: Finding): string =>
  oneLine(`${file}:${line}:${column}: ${severity} ${rule}: ${container}: ${found}, expected ${expected}. ${why}`);
