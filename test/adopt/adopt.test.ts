import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { additionsFor } from '../../src/adopt/additions.ts';
import { overlayFor, provenEdits, readSubject, type Subject } from '../../src/adopt/adopt.ts';
import { type Edit, edited } from '../../src/adopt/edits.ts';
import type { Wanted } from '../../src/adopt/likely.ts';
import { unified } from '../../src/adopt/unified.ts';
import { readDocument } from '../../src/contract/custom/file.ts';
import { parseYaml } from '../../src/contract/custom/yaml.ts';
import { temporaryFolder } from '../servers/process.ts';
import { corpus, ways } from './corpus.ts';

const temporary = temporaryFolder('adopt');
beforeAll(() => mkdirSync(temporary.path, { recursive: true }));
afterAll(() => temporary.remove());

let rounds = 0;
function write(name: string, text: string): string {
  const folder = join(temporary.path, String(rounds++));
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const wanted: Wanted = { liveness: '/healthz', readiness: '/readyz' };

/** A document, and the edits that make probes of what is wanted. */
function adopted(text: string, name = 'openapi.yaml'): { subject: Subject; edits: Edit[]; after: string } {
  const subject = readSubject(write(name, text));
  const edits = provenEdits(subject, additionsFor(subject, wanted));
  return { subject, edits, after: edited(text, edits) };
}

/** The corpus without what is no document of OpenAPI, or has another probe where one is wanted. */
const fitting = corpus.filter(([name, text]) => {
  const isReadable = !/Swagger|no document|version|OpenAPI 4/.test(name);
  return isReadable && !/\/(healthz|readyz):(?!.*liveness)[^/]*x-probe/s.test(text);
});

describe('the edits that make probes', () => {
  it('have a corpus', () => {
    expect(fitting.length).toBeGreaterThan(60);
    expect(fitting.length).toBeGreaterThan(corpus.length / 2);
  });

  it.each(fitting)('of %s are small, stay, and are what the overlay says', async (name, text) => {
    const file = name.endsWith('.json') ? 'openapi.json' : 'openapi.yaml';
    const { subject, edits, after } = adopted(text, file);
    // Nothing is taken away but a mapping that was empty.
    for (const { offset, removed } of edits)
      expect(text.slice(offset, offset + removed).trim()).toMatch(/^(\{\s*\})?$/);
    if (text.includes('\r\n')) expect(after).not.toMatch(/[^\r]\n/);
    // A second time there is nothing to do.
    const again = readSubject(write(file, after));
    expect(additionsFor(again, wanted)).toEqual([]);
    expect(unified(file, after, provenEdits(again, []))).toBe('');
    // JSON stays JSON.
    if (file.endsWith('.json')) expect(() => JSON.parse(after.replace('\uFEFF', ''))).not.toThrow();
    await expectOverlay(subject, after);
  });

  async function expectOverlay(subject: Subject, after: string): Promise<void> {
    const overlay = overlayFor(subject, additionsFor(subject, wanted), join(subject.file, '../probes.yaml'));
    const path = write('probes.yaml', overlay.replace(/^extends: .*\n/m, ''));
    const single = write(basename(subject.file), subject.text.replaceAll('$ref', '$was'));
    // What `$ref`s lead to is no matter here, and would be drawn in.
    const isReferring = subject.text.includes('$ref');
    if (isReferring) return;
    const { document } = await readDocument(single, { overlays: [path] });
    expect(document).toEqual(parseYaml(after, 'after').value);
  }

  it.each(ways)('of %s are shown as a difference that git applies', (name, text) => {
    const file = name.endsWith('.json') ? 'openapi.json' : 'openapi.yaml';
    const { subject, edits, after } = adopted(text, file);
    const difference = unified(file, text, edits);
    const folder = join(subject.file, '..');
    writeFileSync(join(folder, 'change.diff'), difference);
    execFileSync('git', ['apply', '--unsafe-paths', '-p0', '--whitespace=nowarn', 'change.diff'], {
      cwd: folder,
      stdio: 'pipe',
    });
    expect(readSubject(subject.file).text).toBe(after);
  });
});

describe('what is added', () => {
  const text = (name: string): string => corpus.find(([one]) => one === name)?.[1] ?? '';
  it('stands where a person would write it, as the file is written', () => {
    expect(
      unified(
        'openapi.yaml',
        text('block style with comments.yaml'),
        adopted(text('block style with comments.yaml')).edits,
      ),
    ).toMatchSnapshot();
  });

  it.each(['tabs.json', 'compact.json', 'spaced.json', 'flow in lines.yaml', 'CRLF.yaml', 'BOM.yaml'])(
    'to %s looks like the rest',
    (name) => {
      expect(adopted(text(name), name.replace(/.*\./, 'openapi.')).after).toMatchSnapshot();
    },
  );

  it('is an operation without credentials where the document asks for some', () => {
    const { after } = adopted(text('BOM.yaml'));
    expect(after.match(/security: \[\]/g)).toHaveLength(2);
    expect(adopted(text('CRLF.yaml')).after).not.toContain('security');
  });

  it('has an operationId of its own', () => {
    const { after } = adopted(text('ids that are taken.yaml'));
    expect(after).toContain('operationId: livenessProbe_\n');
    expect(after).toContain('operationId: readiness\n');
  });
});

describe('where nothing can be added', () => {
  const head = 'openapi: 3.1.0\ninfo: {}\n';
  const refusal = (document: string): string => {
    try {
      adopted(head + document);
    } catch (error) {
      return (error as Error).message.replace(/^[^:]*\//, '');
    }
    return 'accepted';
  };

  it.each([
    [
      'an alias',
      'paths:\n  /a: &a { get: { responses: { 200: {}, 503: {} } } }\n  /healthz: *a\n',
      'openapi.yaml:5:13: expected a mapping of its own for `x-probe`: an alias, an anchor or a merge key is in the way; --overlay leaves the file as it is',
    ],
    [
      'an anchor that others lead to',
      'paths:\n  /healthz: &a { get: { responses: { 200: {}, 503: {} } } }\n  /b: *a\n',
      'openapi.yaml:4:23: expected a mapping of its own for `x-probe`: an alias, an anchor or a merge key is in the way; --overlay leaves the file as it is',
    ],
    [
      'a merge key',
      'x-a: &a { get: { responses: { 200: {}, 503: {} } } }\npaths:\n  /healthz: { <<: *a }\n',
      'openapi.yaml:5:13: expected a mapping of its own for `x-probe`: an alias, an anchor or a merge key is in the way; --overlay leaves the file as it is',
    ],
    [
      'another file',
      'paths:\n  /healthz: { $ref: other.yaml }\n',
      'openapi.yaml:4:21: expected a path item in this file, as that is the one to change; add x-probe by hand where it is',
    ],
    [
      'another probe',
      'paths:\n  /healthz: { get: { x-probe: startup, responses: {} } }\n',
      'openapi.yaml:4:31: GET /healthz: expected x-probe: liveness, as asked for, got startup; change one of both',
    ],
    ['no document', 'paths: []\n', 'openapi.yaml:3:8: paths: must be object, got a mapping or a list'],
  ])('%s, is told with the place', (_, document, message) => {
    expect(refusal(document)).toBe(message);
  });
});
