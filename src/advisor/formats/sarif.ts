import type { IgnoredFinding, LintFinding, LintResult } from '../lint.ts';
import { rules } from '../rules.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** SARIF 2.1.0, for code scanning: what a comment keeps quiet is there with its reason. */
export function asSarif({ findings, ignored, notes }: LintResult, version: string): string {
  const notifications = notes.map(({ file, text }) => ({ level: 'note', message: { text: `${file}: ${text}` } }));
  const run = {
    tool: { driver: { name: 'probity lint', semanticVersion: version, rules: rules.map(ruleOf) } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
    results: [...findings.map(resultOf), ...ignored.map(suppressed)],
  };
  return JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2);
}

const ruleOf = ({ id, severity, what, why }: (typeof rules)[number]): object => ({
  id,
  shortDescription: { text: what },
  fullDescription: { text: why },
  defaultConfiguration: { level: severity },
});

const resultOf = ({ rule, severity, file, line, column, container, found, expected, why }: LintFinding): object => ({
  ruleId: rule,
  ruleIndex: rules.findIndex(({ id }) => id === rule),
  level: severity,
  message: { text: `${container}: ${found}, expected ${expected}. ${why}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) },
        region: { startLine: line, startColumn: column },
      },
    },
  ],
});

const suppressed = (finding: IgnoredFinding): object => ({
  ...resultOf(finding),
  suppressions: [{ kind: 'inSource', justification: finding.ignoredBecause }],
});
