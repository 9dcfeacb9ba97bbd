import { commandRules } from './rules/commands.ts';
import { environmentRules } from './rules/environment.ts';
import { pathRules } from './rules/paths.ts';
import { portRules } from './rules/ports.ts';
import { composeRules, presenceRules } from './rules/presence.ts';
import { refusedRules } from './rules/refused.ts';
import type { LintRule } from './rules/rule.ts';
import { shutdownRules } from './rules/shutdown.ts';
import { signalRules } from './rules/signals.ts';
import { startRules } from './rules/start.ts';
import { timingRules } from './rules/timing.ts';
import { toolRules } from './rules/tools.ts';
import { trafficRules } from './rules/traffic.ts';

/** Every rule, by what it is about. */
export const ruleGroups: Readonly<Record<string, readonly LintRule[]>> = {
  'What is refused': refusedRules,
  'What is asked': pathRules,
  'Whether it is asked': [...presenceRules, ...composeRules],
  'Where it is asked': portRules,
  'What asks': [...toolRules, ...commandRules],
  'How often, and how patiently': timingRules,
  'The start': startRules,
  'The end': [...signalRules, ...shutdownRules],
  'Who is asked, and what comes of it': trafficRules,
  'The environment': environmentRules,
};

export const rules: readonly LintRule[] = Object.values(ruleGroups).flat();

/** The list of the rules for people, in Markdown. */
export function rulesPage(): string {
  const groups = Object.entries(ruleGroups).map(([title, group]) => `## ${title}\n\n${group.map(entry).join('\n')}`);
  return `${intro}\n${groups.join('\n')}`;
}

const intro = `# What \`probity lint\` looks for

This page is made from the rules themselves, in \`src/advisor/rules\`; a test holds it to them. An **error** fails for sure
or breaks what is configured, and lets the command end with 1; a **warning** costs something, or will on a bad day. Where
nothing is written in a manifest, the default of Kubernetes or Docker counts. What a file does not tell (a variable, an
image that is built, a part of something that another tool puts together) is not judged.

Rules of the file are applied to every container; rules of the service, marked so, where Probity runs: by its image, its
command, \`probity check\`, or \`--container NAME\`. \`# probity-lint-ignore RULE why\`, behind a line or before it, keeps a rule
quiet there.
`;

const entry = ({ id, severity, needs, what, why, source }: LintRule): string =>
  `### \`${id}\` (${severity}${needs === 'service' ? ', of the service' : ''})\n\n${wrapped(what)}\n${wrapped(why)}\nSource: ${source}.\n`;

const wrapped = (text: string): string => text.replaceAll(/(.{1,120})(?: |$)/g, '$1\n');
