/** Takes the chunks of a connection, and calls `onAnswer` for each complete answer, which must be a 200. */
export function createReader(onAnswer: () => void): (chunk: Buffer) => void {
  let partial: Buffer | undefined;
  // Most answers are as long as the one before, and come in one piece: those are counted without being read.
  let usual = 0;
  return (chunk) => {
    if (chunk.length === usual && partial === undefined && chunk[9] === digit2) return onAnswer();
    const bytes = partial === undefined ? chunk : Buffer.concat([partial, chunk]);
    partial = bytes;
    if (!isComplete(bytes)) return;
    partial = undefined;
    usual = bytes.length;
    onAnswer();
  };
}

/** Of the status. */
const digit2 = '2'.charCodeAt(0);

/** Whether the bytes are an answer with all of its body; there is never more than one, for none is asked for ahead. */
function isComplete(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = bytes.toString('latin1', 0, end);
  if (statusOf(bytes) !== 200) throw new Error(`Expected a 200, got ${head.split('\r\n', 1)}`);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= end + 4 + Number(length);
  return bytes.toString('latin1', bytes.length - 5) === '0\r\n\r\n';
}

const statusOf = (bytes: Buffer): number => Number(bytes.toString('latin1', 9, 12));
