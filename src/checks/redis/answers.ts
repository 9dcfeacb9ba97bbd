/** The beginning of one value of an answer in RESP2. */
export interface Head {
  /** `+` and `-` for a line, `:` for a number, `$` for a string, `*` for an array. */
  readonly sign: string;
  /** What follows on its line: of a string or an array, its length. */
  readonly text: string;
  /** In how many arrays it lies. */
  readonly depth: number;
}

const signs = '+-:$*';

/** Redis' own errors stay far below. */
const longestLine = 16_384;

const deepest = 8;

/** More than any answer to what is asked here, in bytes. */
const longestAnswer = 16_777_216;

const newline = '\n'.charCodeAt(0);

/**
 * Throws at whatever is not expected of Redis, before ioredis sees it. That throws when an answer that nobody asked for
 * is nothing (`$-1`), or when news has not the parts of news, and does so in a turn of its own, where nobody could catch.
 * So nothing at all is never expected.
 */
export function answersAlone(isExpected: (head: Head) => boolean): (data: Buffer) => void {
  let line = '';
  /** Of the string that is under way, with the end of its line. */
  let toSkip = 0;
  let size = 0;
  /** How many values each array still has to have. */
  const open: number[] = [];

  const begin = (sign: string, text: string): void => {
    const length = '$*'.includes(sign) ? lengthOf(text) : 0;
    if (!isExpected({ sign, text, depth: open.length })) throw new Error('No answer to what was asked');
    if (sign === '$') toSkip = length + 2;
    if (sign !== '*' || length === 0) close();
    else if (open.push(length) > deepest) throw new Error('An answer of too many arrays in each other');
  };
  const close = (): void => {
    while (open.length > 0) {
      const left = (open.pop() as number) - 1;
      if (left > 0) {
        open.push(left);
        return;
      }
    }
    size = 0;
  };

  return (data) => {
    for (let at = 0; at < data.length; ) {
      const skipped = Math.min(toSkip, data.length - at);
      const end = data.indexOf(newline, at + skipped);
      const next = end === -1 ? data.length : end + 1;
      toSkip -= skipped;
      size += next - at;
      line += data.toString('latin1', at + skipped, next);
      at = next;
      if (line === '') return;
      if (!signs.includes(line.charAt(0))) throw new Error('No answer to what was asked');
      if (line.length > longestLine || size > longestAnswer) throw new Error('An answer without end');
      if (end === -1) return;
      const [sign, text] = [line.charAt(0), line.slice(1).trimEnd()];
      line = '';
      begin(sign, text);
    }
  };
}

function lengthOf(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new Error('An answer without a length');
  return Number(text);
}
