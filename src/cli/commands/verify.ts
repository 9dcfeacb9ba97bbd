import type { Command } from 'commander';
import { getContract } from '../../../generated/client/index.ts';
import { milliseconds } from '../../base/duration.ts';
import { plainError } from '../../base/errors.ts';
import { createContract } from '../../contract/contract.ts';
import { checkExtensions } from '../../contract/custom/extensions.ts';
import { type DocumentFile, readDocument } from '../../contract/custom/file.ts';
import { upgraded } from '../../contract/custom/upgrade.ts';
import { runtimeValidators } from '../../contract/custom/validators.ts';
import type { OpenApiDocument } from '../../contract/document.ts';
import { junit } from '../../verify/junit.ts';
import { type Finding, verify } from '../../verify/verify.ts';
import { collected } from '../support/contract-options.ts';
import { ending, exitCodes } from '../support/exit.ts';
import { parseUrl, type Service, saying, serviceAt } from '../support/service.ts';
import { table } from '../support/table.ts';

export const addVerify = (program: Command): void =>
  void program
    .command('verify')
    .summary('hold a running service against its document')
    .description(
      'Asks a running service, Probity or not, for everything that changes nothing and needs no argument without an ' +
        'example, with the token of PROBITY_TOKEN where there is one, and holds the ' +
        'answers against its OpenAPI document. Exits with 0 when every answer is as declared, and with 1 otherwise.',
    )
    .argument('<url>', 'where the service is, such as http://127.0.0.1:8000')
    .option('--contract <file>', 'the document; URL/openapi.json when left out')
    .option(
      '--overlay <file>',
      'an overlay to lay over the document of --contract; may be given several times',
      collected,
    )
    .option('--timeout <duration>', 'for each answer', '5s')
    .option('--head', 'ask HEAD wherever GET is declared')
    .option('--accept', 'ask for every declared media type by itself')
    .option('--json', 'findings as JSON')
    .option('--junit', 'findings as JUnit XML')
    .addHelpText(
      'after',
      `
Examples:
  $ probity verify http://127.0.0.1:8000
  $ probity verify https://shop.example --contract openapi.yaml --json`,
    )
    .action(ending(verifyService));

interface VerifyArguments {
  readonly contract?: string;
  readonly overlay?: readonly string[];
  readonly timeout: string;
  readonly head?: boolean;
  readonly accept?: boolean;
  readonly json?: boolean;
  readonly junit?: boolean;
}

/** Holds a running service against a document, its own unless `contract` names a file; returns the exit code. */
async function verifyService(
  url: string,
  { contract: file, overlay: overlays, timeout, json, junit: asJunit, head = false, accept = false }: VerifyArguments,
): Promise<number> {
  const service = serviceAt(parseUrl(url), milliseconds('--timeout', timeout));
  if (file === undefined && overlays !== undefined)
    throw plainError('PROBITY_USAGE', 'expected --contract beside --overlay, the document that it is laid over');
  const read = file === undefined ? await served(service) : await readDocument(file, { overlays });
  checkExtensions(read);
  const document = upgraded(read.document);
  const findings = await verify({
    url: service.url,
    contract: createContract(document, {}),
    validatorsFor: (operation) => runtimeValidators(document, [operation]),
    timeoutMs: service.timeoutMs,
    token: process.env.PROBITY_TOKEN || undefined,
    head,
    accept,
  });
  console.log(asJunit ? junit(findings) : json ? JSON.stringify(findings, null, 2) : summary(findings));
  const asked = findings.filter(({ result }) => result !== 'skipped');
  const kept = asked.length > 0 && asked.every(({ result }) => result === 'kept');
  return kept ? exitCodes.ok : exitCodes.failed;
}

/** The document that a service says it serves. */
async function served(service: Service): Promise<DocumentFile> {
  const answer = await getContract({ client: service.client });
  const place = `${service.url}/openapi.json`;
  if (answer.error !== undefined)
    throw plainError(
      'PROBITY_SERVICE',
      `${place}: expected the document, got ${saying(answer, service.timeoutMs)}; see --contract`,
    );
  const document = answer.data as unknown as OpenApiDocument;
  if (typeof document?.paths !== 'object')
    throw plainError('PROBITY_SERVICE', `${place}: expected an OpenAPI document`);
  return { document, place: () => place };
}

function summary(findings: readonly Finding[]): string {
  const rows = findings.map(({ result, method, path, accept, status, why }) => [
    result,
    method,
    path,
    accept,
    status,
    why,
  ]);
  const count = (wanted: Finding['result']): number => findings.filter(({ result }) => result === wanted).length;
  return `${table(rows)}\n${count('kept')} kept, ${count('broken')} broken, ${count('skipped')} skipped`;
}
