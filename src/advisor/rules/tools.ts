import { baseName, type Command, httpToolsOf, scriptOf } from '../command.ts';
import { lackingImage, type Tool } from '../images.ts';
import type { Judged } from '../selection.ts';
import { type Complaint, type FileRule, type LintRule, runsOf } from './rule.ts';

/** What runs `apk add curl` brings the tool by itself, and so may what runs a script or installs what a variable says. */
const isInstalled = ({ program: { words, setup } }: Judged, tool: Tool): boolean =>
  words.some((word) => new RegExp(`\\b(apk|apt-get|apt|dnf|yum)\\b.*\\b${tool}\\b`, 's').test(word)) ||
  setup.some((text) => text.includes(tool) || /\b(apk|apt-get|apt)\b.*\$|\.sh\b/.test(text));

/** What the image of a container does not have of what is run in it; `toolsIn` are alternatives to one another. */
const lacking =
  (toolsIn: (command: Command) => readonly Tool[]): FileRule['complain'] =>
  (judged) =>
    runsOf(judged).flatMap(({ name, command }): Complaint[] => {
      const { image, isBuilt } = judged.program;
      const tools = toolsIn(command).filter((tool) => !isInstalled(judged, tool));
      if (image === undefined || isBuilt || tools.length === 0) return [];
      const what = tools.map((tool) => lackingImage(image, tool));
      if (what.includes(undefined)) return [];
      const found = `${name} needs ${[...new Set(tools)].join(' or ')}, which ${what[0]} (${image}) lacks`;
      return [{ place: command.place, found, expected: 'httpGet, or the command `probity check`' }];
    });

const toolMissing: FileRule = {
  id: 'tool-missing',
  needs: 'file',
  severity: 'error',
  what:
    'A command of a probe, a health check or a hook runs curl or wget in an image that is known to lack it: ' +
    'distroless and empty ones, Probity’s own, those of Node and Python ending in `-slim`, Debian, Ubuntu; curl in ' +
    'Alpine, busybox, and Node’s and Python’s own on Alpine. What is in an image that is built is not known.',
  why: 'The command fails for ever, whatever the state is.',
  source: 'distroless#183',
  complain: lacking(httpToolsOf),
};

const shellMissing: FileRule = {
  id: 'shell-missing',
  needs: 'file',
  severity: 'error',
  what:
    'A command of a probe, a health check or a hook needs a shell in an image that is known to lack one: ' +
    'distroless and empty ones, Probity’s own.',
  why: 'The command fails for ever, whatever the state is.',
  source: 'distroless#183',
  complain: lacking(({ needsShell }) => (needsShell ? ['a shell'] : [])),
};

const operators = ['||', '&&', '|', ';', '>', '2>&1', '>/dev/null'];

/** The line that a shell is handed, where the words behind it were meant to be a part of it: nothing asks for them there. */
function wordsLeftOver(argv: readonly string[]): string | undefined {
  const line = scriptOf(argv);
  const isWhole = line === undefined || argv.at(-1) === line || /[\s$]/.test(line);
  return isWhole ? undefined : line;
}

const shellUnread: FileRule = {
  id: 'shell-unread',
  needs: 'file',
  severity: 'error',
  what:
    'A shell is handed several words for a line, and reads the first one alone; a command that no shell reads has `||`, `&&`, `|`, `;` or `>` among its words, or is a whole line as one word; or ' +
    'a shell is handed a line in quotes, which is one word to it.',
  why: 'The words reach the program as they are, or a program of such a name is looked for: the command fails.',
  source:
    '[HEALTHCHECK](https://docs.docker.com/reference/dockerfile#healthcheck), [Define a command](https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container#run-a-command-in-a-shell)',
  complain: (judged) =>
    runsOf(judged).flatMap(({ name, command }) => {
      const { place, argv, needsShell, steps } = command;
      const leftOver = wordsLeftOver(argv);
      if (leftOver !== undefined)
        return [{ place, found: `${name} has its shell run \`${leftOver}\` alone`, expected: 'one line behind -c' }];
      const operator = needsShell ? undefined : argv.find((word) => operators.includes(word));
      const line = steps.map(({ words }) => words[0] ?? '').find((word) => /^[\w./-]+\s+\S/.test(word));
      if (operator === undefined && line === undefined) return [];
      const found =
        operator === undefined
          ? `${name} runs a program named \`${baseName(line?.split(/\s/)[0] ?? '')} …\``
          : `${name} has ${operator} in a command that no shell reads`;
      return [{ place, found, expected: needsShell ? 'the line without quotes' : 'sh -c, or CMD-SHELL' }];
    }),
};

export const toolRules: readonly LintRule[] = [toolMissing, shellMissing, shellUnread];
