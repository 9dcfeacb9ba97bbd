import { bare, programOf } from '../command.ts';
import { argumentsOf, curlSyntax } from '../options.ts';
import { ownTimeoutOf } from '../own-timeout.ts';
import { scriptIn } from '../question.ts';
import { shownMs } from '../setting.ts';
import type { Step } from '../shell.ts';
import { constantStatus } from '../status.ts';
import { everyKind, type FileRule, forProbes, kubernetesProbes, type LintRule } from './rule.ts';

const isCurlWithoutFail = (step: Step): boolean => {
  if (programOf(step) !== 'curl') return false;
  const { options } = argumentsOf(bare(step.words).slice(1), curlSyntax);
  return !['f', 'fail', 'fail-with-body', 'fail-early', 'help', 'V', 'version'].some((name) => options.has(name));
};

/** What may stand behind `&&` without a look at what curl has said. */
const lookAtNothing = ['curl', 'wget', 'echo', 'true', 'exit', 'probity', ':'];

/** Whether the status of a step comes to decide: what is printed is read by nobody, and nothing else looks at it. */
function decides(step: Step, next: Step | undefined): boolean {
  if (step.isRead) return false;
  if (step.isCondition || next === undefined || next.joint === '||') return true;
  return next.joint === '&&' && lookAtNothing.includes(programOf(next));
}

const curlIgnoresStatus: FileRule = {
  id: 'curl-ignores-status',
  needs: 'file',
  severity: 'error',
  what:
    'A probe or a health check goes by the status of curl without `--fail`. Where what curl prints is read, as by ' +
    '`| grep` or `test $(curl …)`, it is not judged.',
  why: 'curl exits with 0 on a 503 too, so the check succeeds while the service says that it is not well.',
  source: '[curl --fail](https://curl.se/docs/manpage.html#-f)',
  complain: forProbes(everyKind, ({ name, command }) => {
    const steps = command?.steps ?? [];
    const isIgnored = steps.some((step, index) => isCurlWithoutFail(step) && decides(step, steps[index + 1]));
    if (command === undefined || !isIgnored) return undefined;
    return { place: command.place, found: `${name} runs curl without --fail`, expected: 'curl --fail' };
  }),
};

/** What asks over HTTP in a script, and what a script looks at that goes by the answer. */
const asks = /\bfetch\s*\(|\bhttps?\b[^;]*\.(get|request)\s*\(/;
const looks = /\bok\b|status|\.json\b|\.text\b|throw|assert/i;

const scriptIgnoresStatus: FileRule = {
  id: 'script-ignores-status',
  needs: 'file',
  severity: 'error',
  what: 'A probe or a health check runs `node -e` with `fetch` or `http.get`, and never looks at `ok` or the status.',
  why: 'Any answer is a success to both, a 503 too.',
  source: '[Response.ok](https://developer.mozilla.org/docs/Web/API/Response/ok)',
  complain: forProbes(everyKind, ({ name, command }) => {
    const scripts = (command?.steps ?? []).map((step) =>
      /^(node|nodejs|bun|deno)$/.test(programOf(step)) ? (scriptIn(bare(step.words).slice(1)) ?? '') : '',
    );
    if (command === undefined || !scripts.some((script) => asks.test(script) && !looks.test(script))) return undefined;
    const found = `${name} asks without a look at the status`;
    return { place: command.place, found, expected: 'an exit by `response.ok` or `statusCode`' };
  }),
};

const statusConstant: FileRule = {
  id: 'status-constant',
  needs: 'file',
  severity: 'error',
  what:
    'The command of a probe or a health check ends with the same status whatever happens in it, as with `|| true`, ' +
    '`; exit 0`, or `echo` as its last command.',
  why: 'It says that all is well of a service that is not, or the other way round.',
  source: '[Lists of commands](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_03)',
  complain: forProbes(everyKind, ({ name, command }) => {
    const status = command && constantStatus(command);
    if (command === undefined || status === undefined) return undefined;
    const found = `${name} always ${status === 'ok' ? 'succeeds' : 'fails'}`;
    return { place: command.place, found, expected: 'the status of what asks' };
  }),
};

const execTimeout: FileRule = {
  id: 'exec-timeout',
  needs: 'file',
  severity: 'warning',
  what:
    'The time-out of a probe or a health check is not above that of the command it runs: `--timeout` of `probity ' +
    'check` (2 s when not written), `--max-time` of curl, `-T` of wget, `-w` of nc, `timeout 5 …`.',
  why: 'The command is ended before it can say what is wrong, and before its own time is up.',
  source: kubernetesProbes,
  complain: forProbes(everyKind, ({ name, command, timeout }) => {
    const own = command && ownTimeoutOf(command);
    if (own === undefined || timeout.value === undefined || timeout.value > own) return undefined;
    const found = `${name} ${timeout.name} ${timeout.shown}, and its command waits for ${shownMs(own)}`;
    return { place: timeout.place, found, expected: `more than ${shownMs(own)}` };
  }),
};

export const commandRules: readonly LintRule[] = [curlIgnoresStatus, scriptIgnoresStatus, statusConstant, execTimeout];
