import { createHash } from 'node:crypto';
import { madeOnce } from '../../base/made-once.ts';

/** A page for people: a document that carries its styles and scripts, so no path is served but its own. */
export interface Page {
  readonly html: string;
  /** Its Content-Security-Policy: nothing runs and nothing styles but what the document was built with. */
  readonly policy: string;
}

// Loaded and built with the first request: who asks for probes alone never pays for a page.

/** The contract, to read and to try. */
export const docsPage: () => Promise<Page> = madeOnce(() => build('docs.html'));

/** The state of the service. */
export const dashboardPage: () => Promise<Page> = madeOnce(() => build('dashboard.html'));

/** Puts in the place of each stylesheet and script what its file says, and its hash into the policy. */
async function build(page: string): Promise<Page> {
  const { textOf } = await import('./files.ts');
  const hashes = { style: new Set<string>(), script: new Set<string>() };
  const inline = (kind: keyof typeof hashes, name: string, attributes = ''): string => {
    const text = raw[kind](textOf(name));
    hashes[kind].add(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    return `<${kind}${attributes}>${text}</${kind}>`;
  };
  const html = textOf(page)
    .replaceAll(/<link rel="stylesheet" href="(.+?)">/g, (_, name) => inline('style', name))
    .replaceAll(/<script( type="module")? src="(.+?)"><\/script>/g, (_, type, name) => inline('script', name, type));
  return { html, policy: policyOf([...hashes.script], [...hashes.style]) };
}

const policyOf = (scripts: readonly string[], styles: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    `style-src ${styles.join(' ')}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * What ends an element, or changes how a browser reads the rest of it (HTML, 4.12.1.3), is written as an escape that
 * means the same in every string, template and regular expression. Source maps are not served.
 */
const raw = {
  script: (text: string): string => text.replaceAll(/<(?=!--|\/script)/gi, '\\x3c'),
  style: (text: string): string =>
    text.replaceAll(/<(?=\/style)/gi, '\\3c ').replaceAll(/\/\*# sourceMappingURL=.*?\*\//g, ''),
};
