import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { asGitHub } from '../../src/advisor/formats/github.ts';
import { asSarif } from '../../src/advisor/formats/sarif.ts';
import { asText } from '../../src/advisor/formats/text.ts';
import { type LintResult, lint } from '../../src/advisor/lint.ts';
import { deployment, factsWith, livenessProbe } from './support.ts';

const text = deployment(livenessProbe({ timeoutSeconds: 1, successThreshold: 2 })).replace(
  'timeoutSeconds: 1',
  'timeoutSeconds: 1 # probity-lint-ignore timeout-tight it never waits for a processor',
);
const result: LintResult = lint(
  [
    { file: 'deploy/a b.yaml', text },
    { file: 'other.yaml', text: 'port: 1', isFound: true },
  ],
  factsWith(),
);

/** The schema of OASIS, as Microsoft's matchers bring it. */
const matchers = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif'));
// Draft 4, which calls its address `id`.
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(join(matchers, 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

describe('the findings', () => {
  it('are a line each for people, and what was not judged comes after', () => {
    expect(asText(result).split('\n')).toEqual([
      'deploy/a b.yaml:28:31: error success-threshold: app: livenessProbe successThreshold 2, expected 1. Kubernetes refuses the manifest.',
      '1 error, 0 warnings, 1 ignored in app (Deployment shop)',
      'By what the files say alone, as nothing tells that Probity runs there (--container NAME says so): app (Deployment shop)',
      'other.yaml: skipped, as it is neither objects of Kubernetes, nor a compose file, nor a Dockerfile',
    ]);
  });

  it('are annotations for GitHub, in which nothing breaks out', () => {
    expect(asGitHub(result).split('\n')).toEqual([
      '::error file=deploy/a b.yaml,line=28,col=31,title=success-threshold::app: livenessProbe successThreshold 2, expected 1. Kubernetes refuses the manifest.',
      '::notice file=other.yaml::skipped, as it is neither objects of Kubernetes, nor a compose file, nor a Dockerfile',
    ]);
    const nasty = { ...result, notes: [{ file: 'a,b:c%', text: 'x\n::error::y' }] };
    expect(asGitHub(nasty).split('\n')).toHaveLength(2);
    expect(asGitHub(nasty)).toContain('file=a%2Cb%3Ac%25::');
  });

  it('are SARIF by its schema, with what a comment keeps quiet', () => {
    const sarif = JSON.parse(asSarif(result, '0.1.0'));
    expect(isSarif(sarif), JSON.stringify(isSarif.errors)).toBe(true);
    const [run] = sarif.runs;
    expect(run.results).toMatchObject([
      {
        ruleId: 'success-threshold',
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'deploy/a%20b.yaml' },
              region: { startLine: 28, startColumn: 31 },
            },
          },
        ],
      },
      { ruleId: 'timeout-tight', suppressions: [{ justification: 'it never waits for a processor' }] },
    ]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(isSarif({ ...sarif, version: '1.0.0' })).toBe(false);
  });
});
