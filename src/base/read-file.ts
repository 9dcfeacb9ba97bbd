/** An import of node:fs loads its promises and readline as well, for nothing. */
const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');

/** What is read at once, in bytes. */
const chunk = 65_536;

/**
 * The bytes of a file that has at most so many; no more is read, whatever the file says of its size.
 *
 * @throws NodeJS.ErrnoException, with the code EFBIG for a longer one
 */
export function readAtMost(path: string, mostBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; length <= mostBytes; ) {
      const buffer = Buffer.allocUnsafe(chunk);
      const read = readSync(file, buffer, 0, chunk, null);
      if (read === 0) return Buffer.concat(chunks);
      length += read;
      chunks.push(buffer.subarray(0, read));
    }
    throw Object.assign(new Error(`more than ${mostBytes} bytes`), { code: 'EFBIG' });
  } finally {
    closeSync(file);
  }
}
