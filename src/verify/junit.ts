import type { Finding } from './verify.ts';

/** The findings as JUnit writes them, for whoever shows the results of a pipeline. */
export function junit(findings: readonly Finding[]): string {
  const count = (wanted: Finding['result']): number => findings.filter(({ result }) => result === wanted).length;
  const attributes = `tests="${findings.length}" failures="${count('broken')}" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes}>`,
    `  <testsuite name="probity verify" ${attributes}>`,
    ...findings.map(testCase),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function testCase({ operation, method, path, accept, result, why = '' }: Finding): string {
  const name = [method, path, ...(accept === undefined ? [] : [`as ${accept}`])].join(' ');
  const head = `    <testcase classname="${escaped(operation)}" name="${escaped(name)}"`;
  if (result === 'kept') return `${head}/>`;
  const element = result === 'broken' ? 'failure' : 'skipped';
  return `${head}><${element} message="${escaped(why)}"/></testcase>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters, most of which XML has no place for, are left out. */
const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ').replaceAll(/[&<>"]/g, (char) => entities[char] ?? '');
