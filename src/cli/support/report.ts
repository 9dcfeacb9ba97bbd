import { styleText } from 'node:util';
import type { Check, Report } from '../../../generated/contract/types.gen.ts';
import { table } from './table.ts';

const header = ['CHECK', 'STATUS', 'REASON', 'REQUIRED FOR', 'FOR', 'LAST RUN', 'SIMULATED'];

/**
 * A report for people.
 *
 * @param now the time of day at the service, in milliseconds
 */
export function describeReport(url: string, report: Report, now: number): string {
  const { lifecycle, live, ready, checks, process: figures, faults = [] } = report;
  const words = [ready ? good('ready') : bad('not ready'), lifecycle, ...(live ? [] : [bad('not alive')])];
  const facts = [
    `up ${lasting(figures.uptimeSeconds * 1_000)}`,
    `${Math.round(figures.rssBytes / 2 ** 20)} MB`,
    `event loop delay ${Math.round(figures.eventLoopDelayMs)} ms`,
    ...(report.fleet?.reachable === false ? [bad('fleet out of reach')] : []),
    ...faults.map(({ check, fault, until }) => doubtful(`${check}: ${fault.kind} until ${until}`)),
  ];
  const rows = checks.map((check) => rowOf(check, now));
  const title = `${url}  ${words.join(', ')}  (${facts.join(', ')})`;
  return [title, ...(rows.length === 0 ? [] : ['', table([header, ...rows])])].join('\n');
}

function rowOf(check: Check, now: number): string[] {
  const { status, reason = '', requiredFor, since, lastRun, fault, simulated } = check;
  const isWell = status === 'up' && reason === '';
  const colour = isWell ? good : status === 'down' ? bad : doubtful;
  const run = lastRun && `${lastRun.durationMs.toFixed(1)} ms, ${lasting(now - Date.parse(lastRun.at))} ago`;
  const by = fault?.by === undefined ? '' : ` by ${fault.by}`;
  const simulation = fault ? `${fault.kind} until ${fault.until}${by}` : simulated ? 'yes' : '';
  const times = [lasting(now - Date.parse(since)), run ?? ''];
  return [check.check, colour(status), reason, requiredFor, ...times, doubtful(simulation)];
}

/** 4s, 3m 12s, 5h 2m, 12d 5h; clocks that differ by a moment must not make a time negative. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600), Math.floor(seconds / 60)];
  if (days > 0) return `${days}d ${hours % 24}h`;
  if (hours > 0) return `${hours}h ${minutes % 60}m`;
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`;
}

/** Colours for terminals alone, and not where NO_COLOR is set: `styleText` looks at standard output. */
const good = (text: string): string => styleText('green', text, { stream: process.stdout });
const bad = (text: string): string => styleText('red', text, { stream: process.stdout });
const doubtful = (text: string): string => styleText('yellow', text, { stream: process.stdout });
