import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A page for people: a document that carries its styles and scripts, so no path is served but its own. */
export interface Page {
  readonly html: string;
  /** Its Content-Security-Policy: nothing runs and nothing styles but what the document was built with. */
  readonly policy: string;
}

const pages = new Map<string, Page>();

/** The contract, to read and to try. */
export const docsPage = (): Page => pageOf('docs.html');

/** The state of the service. */
export const dashboardPage = (): Page => pageOf('dashboard.html');

/** Read and built with the first request: who asks for probes alone never pays for a page. */
function pageOf(name: string): Page {
  const page = pages.get(name) ?? build(read(name));
  pages.set(name, page);
  return page;
}

/** Puts in the place of each stylesheet and script what its file says, and its hash into the policy. */
function build(template: string): Page {
  const hashes = { style: new Set<string>(), script: new Set<string>() };
  const inline = (kind: keyof typeof hashes, name: string, attributes = ''): string => {
    const text = raw[kind](read(name));
    hashes[kind].add(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    return `<${kind}${attributes}>${text}</${kind}>`;
  };
  const html = template
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

/**
 * A file of the pages. The published package has those of swagger-ui beside the others, put there by the build: as a
 * dependency, swagger-ui-dist would bring install analytics along. A clone has them where npm put them.
 */
function read(name: string): string {
  const beside = new URL(`./${name}`, import.meta.url);
  const isElsewhere = name.startsWith('swagger-ui/') && !existsSync(beside);
  const file = isElsewhere ? createRequire(import.meta.url).resolve(name.replace('/', '-dist/')) : beside;
  return readFileSync(file, 'utf8');
}
