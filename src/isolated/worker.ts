/**
 * The worker thread of `listen(port, { isolate: true })`: answers probes while the main thread computes. It holds the
 * replies that the main thread has prepared, and sees by its heartbeat whether they may still be true. A worker ends
 * with its process, so it never answers for a main thread that is gone.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Report } from '../../generated/contract/types.gen.ts';
import { atMostEvery } from '../base/at-most-every.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Answer } from '../contract/answer.ts';
import { builtinContract } from '../contract/builtin.ts';
import { atPath } from '../contract/paths.ts';
import { createRoutes } from '../contract/routes.ts';
import { countIn, type ProbeReply } from '../probes/request-counts.ts';
import { variantFor } from '../probes/variants.ts';
import { createGuard } from '../server/access/access.ts';
import { createMinimalApplication } from '../server/api/minimal-application.ts';
import { createProbeServer, createRefuse } from '../server/server.ts';
import { manageServer } from '../shutdown/connections.ts';
import type { AnsweredAlone, FromWorker, IsolatedState, ToWorker, WorkerData } from './messages.ts';
import { stallOf } from './stall.ts';

const { beats, counters, maxStallMs, port, host, routes, guardState, state } = workerData as WorkerData;
const main = parentPort as MessagePort;
const contract = builtinContract(false);
const guard = createGuard(state.keys, guardState);
const stall = stallOf(beats);
let replies = new Map<string, ProbeReply>();
let blocked = new Map<string, ProbeReply>();
let { report } = state;
let isDraining = false;

function take(next: IsolatedState): void {
  replies = new Map(next.replies.map(([path, reply]) => [path, revived(reply)]));
  blocked = new Map(next.blocked.map(([path, reply]) => [path, revived(reply)]));
  report = next.report;
  guard.replaceKeys(next.keys);
}

/** A Buffer arrives as plain bytes. */
const revived = ({ variants, ...reply }: ProbeReply): ProbeReply => ({
  ...reply,
  body: Buffer.from(reply.body),
  ...(variants === undefined ? {} : { variants: variants.map(revived) }),
});

const find = (path: string, accept?: string): ProbeReply | undefined =>
  variantFor((stall() > maxStallMs ? atPath(blocked, path) : undefined) ?? atPath(replies, path), accept);

/** Node needs a descriptor to ask for the memory, and there may be none left. */
function rssOr(latest: number): number {
  try {
    return process.memoryUsage.rss() || latest;
  } catch {
    return latest;
  }
}

/** The latest report of the main thread, with what is known without it: how long it has stood still. */
function details(): Report {
  const { rssBytes, eventLoopDelayMs, ...figures } = report.process;
  const process_ = {
    ...figures,
    uptimeSeconds: process.uptime(),
    rssBytes: rssOr(rssBytes),
    eventLoopDelayMs: Math.max(eventLoopDelayMs, stall()),
  };
  return { ...report, live: report.live && stall() <= maxStallMs, process: process_ };
}

const tell = (message: FromWorker): void => main.postMessage(message);
const lines =
  (level: keyof Log): Log['info'] =>
  (fields, message) =>
    tell({ kind: 'log', level, fields, message });
const log: Log = { debug: lines('debug'), info: lines('info'), warn: lines('warn'), error: lines('error') };

const answers: Record<AnsweredAlone, () => Answer> = {
  listChecks: () => ({ status: 200, body: details() }),
};

const server: Server = createProbeServer({
  replies: { get: find, update() {} },
  requestCounts: { count: countIn(counters) },
  refuse: createRefuse(contract),
  isDraining: () => isDraining,
  application: createMinimalApplication(
    { contract, routes: createRoutes(routes), guard, log },
    new Map(Object.entries(answers)),
  ),
});
const managed = manageServer(server);

main.on('message', async (message: ToWorker) => {
  if (message.kind === 'state') take(message.state);
  if (message.kind === 'drain') {
    isDraining = true;
    managed.announce();
  }
  if (message.kind === 'close') {
    await managed.close();
    main.close();
  }
});

take(state);
const failed = ({ message, code }: NodeJS.ErrnoException): void => tell({ kind: 'failed', message, code });
const acceptFailed = atMostEvery(1_000, systemClock, ({ code }: NodeJS.ErrnoException) =>
  tell({ kind: 'acceptFailed', code }),
);
server.once('error', failed);
server.listen(port, host, () => {
  server.off('error', failed).on('error', acceptFailed);
  tell({ kind: 'listening', address: server.address() as AddressInfo });
});
