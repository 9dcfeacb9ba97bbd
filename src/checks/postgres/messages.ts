/** A type of one byte, and four for the length, which counts itself. */
const headerLength = 5;

/** More than any answer to what is asked here. */
const longestMessage = 1_048_576;

/** ErrorResponse and NoticeResponse. */
const withFields = new Set([...'EN'].map((type) => type.charCodeAt(0)));

/**
 * Throws at messages that pg's parser does not survive: it looks for the end of an error's fields beyond the message,
 * and where there is none it looks for ever, in a loop that lets nothing else of the process happen.
 */
export function wholeMessages(): (data: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    while (pending.length >= headerLength) {
      const length = pending.readUInt32BE(1);
      if (length < headerLength - 1 || length > longestMessage) throw new Error('A message of an impossible length');
      if (pending.length < length + 1) return;
      const body = pending.subarray(headerLength, length + 1);
      if (withFields.has(pending[0] as number) && !haveEnd(body)) throw new Error('Fields without an end');
      pending = pending.subarray(length + 1);
    }
  };
}

/** Each field is a letter and text that ends with zero; after the last of them comes one more zero. */
function haveEnd(fields: Buffer): boolean {
  let at = 0;
  while (at < fields.length && fields[at] !== 0) {
    const end = fields.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return fields[at] === 0;
}
