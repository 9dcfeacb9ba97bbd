import { expect, it } from 'vitest';
import { table } from '../../../src/cli/support/table.ts';

it('pads columns to their longest cell, whatever its colours, and ends no line with spaces', () => {
  const rows = [
    ['CHECK', 'STATUS', 'REASON'],
    ['database', '\u001b[32mup\u001b[39m', undefined],
    ['mq', 'down', 'refused'],
  ];
  expect(table(rows)).toBe(
    ['CHECK     STATUS  REASON', 'database  \u001b[32mup\u001b[39m', 'mq        down    refused'].join('\n'),
  );
});

it('makes nothing of nothing', () => {
  expect(table([])).toBe('');
});
