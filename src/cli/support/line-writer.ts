import { createMask } from './mask.ts';
import { isInstalled, loadPinoPretty } from './optional.ts';

export type LogOutput = Pick<NodeJS.WriteStream, 'write' | 'on' | 'isTTY'>;

/** Whoever does not read does not keep the process from its end. In milliseconds. */
const longestFlushMs = 500;

/** Where the lines of a log go. */
export interface LineWriter {
  /** From now on no line holds these either. */
  hide(secrets: readonly string[]): void;
  /** Takes one line of JSON. */
  write(line: string): void;
  /** Resolves when every line so far has been written, or cannot be any more, or nobody reads for too long. */
  flush(): Promise<void>;
}

/**
 * Writes lines without the secrets; for people where the output is a terminal and pino-pretty is installed. When nobody
 * reads any more (EPIPE), that ends the log and not the service.
 */
export function createLineWriter(output: LogOutput, secrets: readonly string[]): LineWriter {
  let hidden = secrets;
  let masked = createMask(hidden);
  const shown = output.isTTY && isInstalled('pino-pretty') ? prettily() : (line: string) => line;
  let isBroken = false;
  output.on('error', () => {
    isBroken = true;
  });
  return {
    hide(more) {
      hidden = [...new Set([...hidden, ...more])];
      masked = createMask(hidden);
    },
    write(line) {
      if (!isBroken) output.write(visible(shown(masked(line))));
    },
    flush: () =>
      new Promise((resolve) => {
        if (isBroken) return resolve();
        setTimeout(resolve, longestFlushMs);
        output.write('', () => resolve());
      }),
  };
}

/** Loaded with the first line. */
function prettily(): (line: string) => string {
  let format: ((line: string) => string) | undefined;
  return (line) => {
    format ??= loadPinoPretty().prettyFactory({ singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
    return format(line);
  };
}

/** What changes the direction of a text, or is a control character of eight bits, as JSON escapes it. */
const visible = (line: string): string =>
  line.replace(/(?![\u200c\u200d])[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu, (char) =>
    char.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
