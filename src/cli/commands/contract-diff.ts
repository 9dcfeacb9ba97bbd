import type { Command } from 'commander';
import { compare, type Version } from '../../changes/compare.ts';
import type { Finding } from '../../changes/finding.ts';
import { ContractError } from '../../contract/custom/error.ts';
import { checkExtensions } from '../../contract/custom/extensions.ts';
import { readDocument } from '../../contract/custom/file.ts';
import { upgraded } from '../../contract/custom/upgrade.ts';
import { type OpenApiDocument, target } from '../../contract/document.ts';
import { DocumentError } from '../../contract/document-error.ts';
import { keysOf, pointerTo } from '../../contract/references.ts';
import { type Json, referencesOf, walk } from '../../contract/walk.ts';
import { ending, exitCodes } from '../support/exit.ts';

export const addContractDiff = (contract: Command): void =>
  void contract
    .command('diff')
    .summary('say what a change of a document breaks')
    .description(
      'Says what a newer version of an OpenAPI document breaks for probers and for clients, one line each. Exits with 1 ' +
        'where something breaks, and with 0 where nothing does.',
    )
    .argument('<old>', 'the document as it was')
    .argument('<new>', 'the document as it is')
    .option('--json', 'findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity contract diff released.yaml openapi.yaml
  $ git show v1.2.0:openapi.yaml > /tmp/old.yaml; probity contract diff /tmp/old.yaml openapi.yaml --json`,
    )
    .action(ending(contractDiff));

/** Says what a change of a document breaks; returns the exit code. */
async function contractDiff(old: string, now: string, { json }: { readonly json?: boolean }): Promise<number> {
  const findings = compare(await versionOf(old), await versionOf(now));
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) console.log(line(finding));
  return findings.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function versionOf(file: string): Promise<Version> {
  const read = await readDocument(file);
  checkExtensions(read);
  const document = upgraded(read.document);
  const place = (ref: string): string => read.place(keysOf(ref));
  proveReferences(document, place);
  return { document, place };
}

/** A `$ref` that leads nowhere is told before anything is compared. */
function proveReferences(document: OpenApiDocument, place: Version['place']): void {
  walk(document as unknown as Json, (node, kind, keys) => {
    for (const ref of referencesOf(node, kind)) {
      try {
        target(document, ref, pointerTo(keys));
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        throw new ContractError(place(error.ref), error.message);
      }
    }
    return undefined;
  });
}

const line = ({ place, operation, others, what, why, whom }: Finding): string =>
  `${place}: ${operation}${others === undefined ? '' : ` and ${others} more`}: ${what}: ${why} (${whom})`;
