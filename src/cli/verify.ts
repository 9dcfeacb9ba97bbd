import { type CommandDef, defineCommand } from 'citty';
import { createContract } from '../contract/contract.ts';
import { readDocument } from '../contract/custom/file.ts';
import { runtimeValidators } from '../contract/custom/load.ts';
import { upgraded } from '../contract/custom/upgrade.ts';
import type { OpenApiDocument } from '../contract/document.ts';
import { milliseconds } from '../duration.ts';
import { type Finding, verify } from '../verify/verify.ts';
import { complain, exitCodes } from './exit.ts';

const args = {
  url: { type: 'positional', required: true, description: 'Where the service is, such as http://127.0.0.1:8000' },
  contract: { type: 'string', valueHint: 'FILE', description: 'The document; URL/openapi.json when left out' },
  timeout: { type: 'string', valueHint: 'DURATION', description: 'For each answer', default: '5s' },
  json: { type: 'boolean', description: 'Findings as JSON' },
} as const;

export const verifyCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'verify',
    description:
      'Hold a running service against its OpenAPI document; exit code 0 when it keeps its promises, 1 when not',
  },
  args,
  async run({ args: { url, contract: file, timeout, json } }) {
    try {
      const timeoutMs = milliseconds('timeout', timeout);
      const document = upgraded(
        file === undefined ? await fetched(url, timeoutMs) : (await readDocument(file)).document,
      );
      const contract = createContract(document, runtimeValidators(document));
      const findings = await verify({ url, contract, timeoutMs });
      console.log(json ? JSON.stringify(findings, null, 2) : table(findings));
      const asked = findings.filter(({ result }) => result !== 'skipped');
      const kept = asked.length > 0 && asked.every(({ result }) => result === 'kept');
      process.exitCode = kept ? exitCodes.ok : exitCodes.failed;
    } catch (error) {
      process.exitCode = complain(error, exitCodes.usage);
    }
  },
});

async function fetched(url: string, timeoutMs: number): Promise<OpenApiDocument> {
  const place = `${url.replace(/\/+$/, '')}/openapi.json`;
  const response = await fetch(place, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
    throw new Error(
      `${place}: no answer (${(error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.message})`,
    );
  });
  if (!response.ok) throw new Error(`${place}: expected the document, got status ${response.status}; see --contract`);
  const document = (await response.json()) as OpenApiDocument;
  if (typeof document?.paths !== 'object') throw new Error(`${place}: expected an OpenAPI document`);
  return document;
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map(({ result, method, path, status, why }) => [
    result,
    method,
    path,
    String(status ?? ''),
    why ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const count = (wanted: Finding['result']): number => findings.filter(({ result }) => result === wanted).length;
  return [...lines, `${count('kept')} kept, ${count('broken')} broken, ${count('skipped')} skipped`].join('\n');
}
