import { bare, baseName, type Command, isShell, programOf, scriptOf } from '../command.ts';
import { systemOf } from '../images.ts';
import type { Program } from '../program.ts';
import { textOf } from '../yaml-place.ts';
import { type FileRule, type LintRule, podTermination } from './rule.ts';

const runner = /^(npm|yarn)$/;

/** What starts a program and stays in its way, as PID 1; absent where nothing does, or where it is not known. */
function inTheWay({ argv, steps }: Command, image: string): string | undefined {
  const program = baseName(bare(argv)[0] ?? '');
  if (runner.test(program)) return program;
  if (!isShell(program) || scriptOf(argv) === undefined) return undefined;
  const replaced = steps.find(({ words }) => words[0] === 'exec');
  if (replaced !== undefined) return runner.test(programOf(replaced)) ? programOf(replaced) : undefined;
  if (handlesSignals(steps)) return undefined;
  // Whether the shell becomes it or not, one of the two is in the way.
  const last = programOf(steps.at(-1) ?? { words: [] });
  return staysParent(program, image) || runner.test(last) ? `${program} -c` : undefined;
}

/** dash, which is Debian's sh, starts the last command as a child; bash becomes it; of the others it is not known. */
const staysParent = (shell: string, image: string): boolean =>
  shell === 'dash' || (shell === 'sh' && systemOf(image) === 'debian');

const handlesSignals = (steps: Command['steps']): boolean =>
  steps.some(({ words, joint }) => joint === '&' || words.some((word) => /\btrap\b|\bwait\b/.test(word)));

const found = ({ start, image = '', isBuilt }: Program): string | undefined =>
  start && inTheWay(start, isBuilt ? '' : image);

const sigtermSwallowed: FileRule = {
  id: 'sigterm-swallowed',
  needs: 'file',
  severity: 'error',
  what:
    'PID 1 is `npm` or `yarn`, or a shell that does not become what it starts: `sh -c "node server.js"` without ' +
    '`exec` in an image of Debian, whose sh is dash. Where the image decides what PID 1 is, or which shell `sh` is, it is ' +
    'not judged.',
  why: 'SIGTERM never reaches the program: nothing drains, and SIGKILL ends it after the whole grace period.',
  source:
    '[Node.js in Docker: CMD](https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd), ' +
    '[Shell form ENTRYPOINT](https://docs.docker.com/reference/dockerfile#shell-form-entrypoint-example)',
  complain: ({ program }) => {
    const parent = program.role === 'init' ? undefined : found(program);
    if (parent === undefined || program.start === undefined) return [];
    return [
      { place: program.start.place, found: `PID 1 is ${parent}`, expected: 'the program itself, or exec before it' },
    ];
  },
};

const stopSignal: FileRule = {
  id: 'stop-signal',
  needs: 'file',
  severity: 'error',
  what: 'A container is stopped with SIGKILL: by `stop_signal`, `stopSignal` or `STOPSIGNAL`.',
  why: 'Nobody can handle it, so requests are cut off and nothing is closed.',
  source: `${podTermination}, [stop_signal](https://docs.docker.com/reference/compose-file/services#stop_signal)`,
  complain: ({ program: { stopSignal: place } }) => {
    const signal = place && textOf(place);
    if (place === undefined || signal === undefined || !/^((SIG)?KILL|9)$/i.test(signal)) return [];
    return [{ place, found: `stopped with ${signal}`, expected: 'SIGTERM, the default' }];
  },
};

const runsAsRoot: FileRule = {
  id: 'runs-as-root',
  needs: 'file',
  severity: 'warning',
  what: 'A Dockerfile has no USER, or root, and is made from an official image of Node, Python, Debian, Ubuntu or Alpine.',
  why: 'Those run as root, so whoever breaks into the program has the whole container; `runAsNonRoot` refuses to start it.',
  source:
    '[Node.js in Docker: non-root user](https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user)',
  complain: ({ program: { platform, user, place, image = '' } }) => {
    const name = user && textOf(user)?.split(':')[0];
    const isRoot =
      user === undefined ? ['debian', 'alpine'].includes(systemOf(image) ?? '') : /^(root|0)$/.test(name ?? '');
    if (platform !== 'dockerfile' || !isRoot) return [];
    return [
      {
        place: user ?? place,
        found: user === undefined ? 'no USER' : `USER ${name}`,
        expected: 'a user by number, such as 1000',
      },
    ];
  },
};

export const signalRules: readonly LintRule[] = [sigtermSwallowed, stopSignal, runsAsRoot];
