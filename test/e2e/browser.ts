import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Nothing of its own accord: a browser that phones home would hide a page that does. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The machine's own Chromium, without a window. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args });
}

/** Where Chromium is: at `CHROMIUM`, or else on `PATH`. */
export function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv = process.env): string {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  const candidates = CHROMIUM ? [CHROMIUM] : names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    CHROMIUM
      ? `Expected \`CHROMIUM\` to be the path of an executable, got \`${CHROMIUM}\``
      : `Expected one of ${names.join(', ')} on PATH: install Chromium, or say where it is with \`CHROMIUM\``,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
