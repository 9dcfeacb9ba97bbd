import type { WriteStream } from 'node:tty';

/** Text on a terminal that is drawn over what was drawn before. */
interface Live {
  draw(text: string): void;
}

/** Lines that are too long are cut off by the terminal itself: a wrapped one would be drawn over in part. */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

export function createLive(terminal: WriteStream): Live {
  let lines = 0;
  return {
    draw(text) {
      if (lines > 0) terminal.moveCursor(0, -lines);
      terminal.cursorTo(0);
      terminal.clearScreenDown();
      terminal.write(`${wrapOff}${text}${wrapOn}\n`);
      lines = text.split('\n').length;
    },
  };
}
