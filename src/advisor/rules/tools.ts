import { type Command, toolOf } from '../command.ts';
import { lackingImage, type Tool } from '../images.ts';
import type { Judged } from '../selection.ts';
import type { Complaint, FileRule, LintRule } from './rule.ts';

interface Run {
  readonly name: string;
  readonly command: Command;
}

/** Everything that is run inside the image. */
const runsOf = ({ program: { probes, preStop } }: Judged): Run[] => [
  ...probes.flatMap(({ name, command }) => (command === undefined ? [] : [{ name, command }])),
  ...(preStop?.command === undefined ? [] : [{ name: 'preStop', command: preStop.command }]),
];

/** What the image of a container does not have of what is run in it. */
const lacking =
  (toolIn: (command: Command) => Tool | undefined): FileRule['complain'] =>
  (judged) =>
    runsOf(judged).flatMap(({ name, command }): Complaint[] => {
      const { image } = judged.program;
      const tool = toolIn(command);
      const what = tool === undefined || image === undefined ? undefined : lackingImage(image, tool);
      if (what === undefined) return [];
      const found = `${name} needs ${tool}, which ${what} (${image}) lacks`;
      return [{ place: command.place, found, expected: 'httpGet, or the command `probity check`' }];
    });

const toolMissing: FileRule = {
  id: 'tool-missing',
  needs: 'file',
  severity: 'error',
  what:
    'A command of a probe, a health check or a hook runs curl or wget in an image that is known to lack it: ' +
    'distroless and empty ones, Probity’s own, `*-slim`, Debian, Ubuntu; curl in Alpine and busybox.',
  why: 'The command fails for ever, whatever the state is.',
  source: 'distroless#183',
  complain: lacking(toolOf),
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
  complain: lacking(({ needsShell }) => (needsShell ? 'a shell' : undefined)),
};

const failFlag = /^(-[a-zA-Z]*f[a-zA-Z]*|--fail|--fail-with-body)$/;

const curlIgnoresStatus: FileRule = {
  id: 'curl-ignores-status',
  needs: 'file',
  severity: 'error',
  what: 'A probe or a health check runs curl without `--fail`.',
  why: 'curl exits with 0 on a 503 too, so the check succeeds while the service says that it is not well.',
  source: '[curl --fail](https://curl.se/docs/manpage.html#-f)',
  complain: ({ program: { probes } }) =>
    probes.flatMap(({ name, command }) => {
      if (command === undefined || toolOf(command) !== 'curl' || command.words.some((word) => failFlag.test(word)))
        return [];
      return [{ place: command.place, found: `${name} runs curl without --fail`, expected: 'curl --fail' }];
    }),
};

export const toolRules: readonly LintRule[] = [toolMissing, shellMissing, curlIgnoresStatus];
