import { stripVTControlCharacters } from 'node:util';

/** Rows of cells in columns; the last column is as long as it is. Colours don't count. */
export function table(rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map((cell) => String(cell ?? '')));
  const width = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const padded = (cell: string, column: number): string => cell + ' '.repeat((widths[column] ?? 0) - width(cell));
  return cells.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
