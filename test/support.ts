import { vi } from 'vitest';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { Reason } from '../generated/contract/types.gen.ts';
import type { Log } from '../src/base/log.ts';
import { builtinContract } from '../src/contract/builtin.ts';
import { type Contract, createContract } from '../src/contract/contract.ts';
import type { OpenApiDocument } from '../src/contract/document.ts';
import type { Operation } from '../src/contract/operations.ts';
import type { CheckState, Outcome } from '../src/health/check-state.ts';
import type { Checker } from '../src/health/checker.ts';
import type { CheckRules } from '../src/health/rules.ts';
import type { CheckInSnapshot, Snapshot } from '../src/health/snapshot.ts';

export const someRules = (changes: Partial<CheckRules> = {}): CheckRules => ({
  label: 'Database',
  requiredFor: 'readiness',
  intervalMs: 5_000,
  timeoutMs: 1_000,
  staleAfterMs: 18_000,
  failAfter: 2,
  recoverAfter: 2,
  certificateDays: 14,
  ...changes,
});

export function outcome(kind: Outcome['kind'], at = 0, reason?: Reason): Outcome {
  const common = { kind, simulated: false, at, durationMs: 1 };
  if (kind === 'ok') return common;
  return { ...common, reason: reason ?? (kind === 'busy' ? 'overloaded' : 'refused') };
}

const common = { against: 0, wasUp: false, since: 0 };
export const pending: CheckState = { ...common, status: 'pending', reason: 'pending' };
export const up: CheckState = { ...common, status: 'up', wasUp: true };
/** Down, and never up before. */
export const down: CheckState = { ...common, status: 'down', reason: 'refused' };
/** Down, but up before. */
export const fallen: CheckState = { ...down, wasUp: true };

export const checkIn = (state: CheckState, rules: Partial<CheckRules> = {}, name = 'database'): CheckInSnapshot => ({
  name,
  rules: someRules(rules),
  state,
});

export const someSnapshot = (changes: Partial<Snapshot> = {}): Snapshot => ({
  lifecycle: 'started',
  distress: [],
  checks: [],
  ...changes,
});

/** One call of a checker, to be settled by the test. */
export interface Call {
  readonly signal: AbortSignal;
  resolve(value?: unknown): void;
  reject(error?: unknown): void;
}

export interface ManualChecker extends Checker {
  readonly calls: Call[];
  /** How often it was closed. */
  closed: number;
  /** What the driver calls when it notices a change. */
  notice(): void;
}

/** A checker whose every run ends when and as the test says. */
export function manualChecker(): ManualChecker {
  const checker: ManualChecker = {
    calls: [],
    closed: 0,
    notice() {},
    check: (signal) => new Promise((resolve, reject) => checker.calls.push({ signal, resolve, reject })),
    explain: () => 'refused',
    watch(notice) {
      checker.notice = notice;
    },
    async close() {
      checker.closed += 1;
    },
  };
  return checker;
}

export type Behaviour = 'ok' | 'hang' | Reason;

export interface ScriptedChecker extends Checker {
  /** What the next runs come to. */
  now: Behaviour;
  /** When each run began, on the monotonic clock. */
  readonly started: number[];
  notice(): void;
}

/** A checker that answers at once, as it is told to. */
export function scriptedChecker(now: Behaviour = 'ok'): ScriptedChecker {
  const checker: ScriptedChecker = {
    now,
    started: [],
    notice() {},
    check() {
      checker.started.push(performance.now());
      if (checker.now === 'hang') return new Promise(() => {});
      return checker.now === 'ok' ? Promise.resolve() : Promise.reject(checker.now);
    },
    explain: (error) => error as Reason,
    watch(notice) {
      checker.notice = notice;
    },
  };
  return checker;
}

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function recordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log): Log['info'] =>
    (fields, message) =>
      void lines.push({ level, fields: { ...fields }, message });
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

export const builtin: Contract = builtinContract(true);

/** The operations of the built-in contract: who names one is named by the compiler when it gets another name. */
export type OperationId = keyof RouteHandlers;

export function operationOf(contract: Contract, id: OperationId): Operation {
  const found = contract.operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`Expected an operation ${id}`);
  return found;
}

/** The built-in contract with a document that was changed in place; it keeps the validators of the original. */
export function changedContract(change: (document: MutableDocument) => void): Contract {
  const document = structuredClone(builtin.document) as unknown as MutableDocument;
  change(document);
  return createContract(document as unknown as OpenApiDocument, builtin.validators);
}

// biome-ignore lint/suspicious/noExplicitAny: a document that a test breaks on purpose has no type
export type MutableDocument = any;

/** Time that passes when a test says so. To be undone with `vi.useRealTimers()`. */
export function fakeTime(): void {
  vi.useFakeTimers({
    now: 0,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'performance',
    ],
  });
}
