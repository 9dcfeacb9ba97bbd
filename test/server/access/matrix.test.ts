import { describe, expect, it, vi } from 'vitest';
import { table } from '../../../src/cli/support/table.ts';
import { builtinContract } from '../../../src/contract/builtin.ts';
import type { Contract } from '../../../src/contract/contract.ts';
import type { Operation } from '../../../src/contract/operations.ts';
import { changedContract, type MutableDocument } from '../../support.ts';
import { type Answer, applicationsOwn, type Listener, openAll, requestFor, send, token } from './listeners.ts';

// Refusals are put off after a while: here each one is to be seen. The worker, which keeps its own count, gets fewer.
vi.mock('../../../src/base/token-bucket.ts', () => ({ createTokenBucket: () => ({ take: () => 0 }) }));

type Outcome = 'served' | 'unhandled' | 'absent' | 'application' | '401' | '403';

interface Caller {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What comes of asking for something that is guarded. */
  readonly guarded: Outcome;
}

const withoutTokens: readonly Caller[] = [
  { name: 'from here', headers: {}, guarded: 'served' },
  { name: 'forwarded', headers: { 'X-Forwarded-For': '203.0.113.7' }, guarded: '403' },
  { name: 'foreign Host', headers: { Host: 'evil.example' }, guarded: '403' },
];
const withTokens: readonly Caller[] = [
  { name: 'no token', headers: {}, guarded: '401' },
  { name: 'wrong token', headers: { Authorization: 'Bearer correct-horse-batterx' }, guarded: '401' },
  { name: 'right token', headers: { Authorization: `Bearer ${token.token}`, Via: '1.1 proxy' }, guarded: 'served' },
];

/** As the document has it, read without the code that is under test. */
function declared({ document }: Contract, { key, method }: Operation): MutableDocument {
  return (document.paths as MutableDocument)[key][method];
}

/** By default the details of checks are protected, and neither metrics nor documents. */
const isOpen = (operation: MutableDocument): boolean =>
  operation['x-probe'] !== undefined || ['metrics', 'docs'].includes(operation['x-access']);

const isReport = ({ responses }: MutableDocument): boolean =>
  responses['200']?.content?.['application/json']?.schema?.$ref === '#/components/schemas/Report';

/** What the contract alone says of an operation on a listener. */
function expected(operation: MutableDocument, listener: string, { guarded }: Caller, handled: boolean): Outcome {
  const isProbe = operation['x-probe'] !== undefined;
  if (listener.endsWith('probes') && !isProbe) return 'absent';
  if (listener === 'isolated' && !isProbe && !(handled && isReport(operation))) return 'absent';
  if (listener.startsWith('root') && ['metrics', 'docs'].includes(operation['x-access'])) return 'application';
  const outcome = isOpen(operation) ? 'served' : guarded;
  return outcome === 'served' && !isProbe && !handled ? 'unhandled' : outcome;
}

function outcomeOf({ status, body }: Answer): Outcome {
  if (status === 500) return 'unhandled';
  if (status === applicationsOwn) return 'application';
  if (status === 401 || status === 403) return String(status) as Outcome;
  return status === 404 && body.includes('"detail":"No operation for ') ? 'absent' : 'served';
}

/** HEAD has no body that tells one 404 from another: it is held to what GET says. */
async function ask(listener: Listener, operation: Operation, { headers }: Caller): Promise<Outcome> {
  const { method, path, body } = requestFor(operation);
  const answer = await send(listener, method, path, headers, body);
  if (method === 'GET') {
    const head = await send(listener, 'HEAD', path, headers);
    const told = [401, 403, 404, applicationsOwn];
    if (told.includes(head.status) || told.includes(answer.status)) expect(head.status, path).toBe(answer.status);
  }
  return outcomeOf(answer);
}

interface Walk {
  readonly contract: Contract;
  readonly callers: readonly Caller[];
  /** Whether handlers are known by the ids of the operations, and validators by where their schemas stand. */
  readonly handled?: boolean;
}

/** Asks for every operation on every listener as every caller; the table, and what is not as the contract says. */
async function walk({ contract, callers, handled = true }: Walk): Promise<{ rows: string[][]; wrong: string[] }> {
  const access = callers === withTokens ? { access: { tokens: [token] } } : {};
  const { listeners, close } = await openAll(contract, access);
  const wrong: string[] = [];
  const rows: string[][] = [['OPERATION', ...listeners.map(({ name }) => name.toUpperCase())]];
  for (const operation of contract.operations) {
    const { method, path } = requestFor(operation);
    const cells: string[] = [];
    for (const listener of listeners) {
      const outcomes: Outcome[] = [];
      for (const caller of callers) {
        const outcome = await ask(listener, operation, caller);
        const should = expected(declared(contract, operation), listener.name, caller, handled);
        if (outcome !== should)
          wrong.push(`${method} ${path} on ${listener.name}, ${caller.name}: ${outcome} instead of ${should}`);
        outcomes.push(outcome);
      }
      cells.push(new Set(outcomes).size === 1 ? (outcomes[0] as string) : outcomes.join(' '));
    }
    rows.push([`${method} ${path}`, ...cells]);
  }
  await close();
  return { rows, wrong };
}

const configured: [string, readonly Caller[]][] = [
  ['without tokens', withoutTokens],
  ['with tokens', withTokens],
];

describe.each(configured)('%s', (name, callers) => {
  it('every operation on every listener is open, guarded or absent as the contract says', {
    timeout: 60_000,
  }, async () => {
    const { rows, wrong } = await walk({ contract: builtinContract(true), callers });
    console.log(`${name}: ${callers.map((caller) => caller.name).join(', ')}\n${table(rows)}`);
    expect(rows).toHaveLength(1 + builtinContract(true).operations.length);
    expect(wrong).toEqual([]);
  });

  it('an operation that is renamed stays as guarded as it was', { timeout: 60_000 }, async () => {
    const { wrong } = await walk({ contract: renamed(), callers, handled: false });
    expect(wrong).toEqual([]);
  });

  it('an operation that says nothing is guarded', { timeout: 60_000 }, async () => {
    const contract = changedContract(({ paths }) => {
      for (const operation of operationsIn(paths)) delete operation['x-access'];
    });
    const { wrong } = await walk({ contract, callers });
    expect(wrong).toEqual([]);
  });
});

const operationsIn = (paths: MutableDocument): MutableDocument[] =>
  Object.values(paths).flatMap((item) =>
    Object.entries(item as object).flatMap(([key, operation]) => (key === 'parameters' ? [] : [operation])),
  );

/** The contract with another path and another id for everything. */
const renamed = (): Contract =>
  changedContract((document) => {
    const paths = Object.entries(document.paths).map(([path, item], index) => [`/renamed${index}${path}`, item]);
    document.paths = Object.fromEntries(paths);
    for (const operation of operationsIn(document.paths)) operation.operationId = `renamed_${operation.operationId}`;
  });
