import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import document from '../../../generated/contract/document.json' with { type: 'json' };
import { dashboardPage, docsPage } from '../../../src/server/pages/pages.ts';

describe.each([
  ['the docs', docsPage],
  ['the dashboard', dashboardPage],
])('%s', async (_, page) => {
  const { html, policy } = await page();

  test('is one document in UTF-8', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\s*<head>\s*<meta charset="utf-8">/);
    expect(html.trimEnd().endsWith('</html>')).toBe(true);
  });

  test.each(['script', 'style'])('has a policy that allows its own %ss and no others', (kind) => {
    const hashes = elements(html, kind).map((text) => `'sha256-${sha256(text)}'`);
    expect(hashes.length).toBeGreaterThan(0);
    expect(policy.split('; ')).toContain(`${kind}-src ${hashes.join(' ')}`);
  });

  test('has a policy that allows nothing else but its own data', () => {
    const rest = policy.split('; ').filter((directive) => !/^(script|style)-src /.test(directive));
    expect(rest).toEqual([
      "default-src 'none'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('loads nothing, and links to nothing but its neighbours', () => {
    const markup = markupOf(html);
    expect(markup).not.toMatch(/\ssrc=|\sstyle=|\son[a-z]+=|@import/);
    const links = [...markup.matchAll(/<(link|a)\b[^>]*?href="([^"]*)"/g)].map(([, tag, href]) => [tag, href] as const);
    for (const [tag, href] of links) {
      if (tag === 'link') expect(href).toMatch(/^data:image\/svg\+xml,/);
      else expect(['./', 'docs', 'metrics', 'openapi.json', 'checks']).toContain(href);
    }
  });

  test('links to paths of the contract', () => {
    const links = [...markupOf(html).matchAll(/<a\b[^>]*?href="([^"]*)"/g)].map(([, href]) => href as string);
    for (const href of links) expect(Object.keys(document.paths)).toContain(new URL(href, 'http://host/docs').pathname);
  });

  test('has no style that asks the network for anything', () => {
    for (const style of elements(html, 'style')) {
      expect(style).not.toContain('sourceMappingURL');
      for (const [, url] of style.matchAll(/url\(["']?([^)]{0,5})/g)) expect(url).toBe('data:');
    }
  });

  test('has no script that could be read as something else', () => {
    for (const script of elements(html, 'script')) expect(script).not.toMatch(/<!--|<\/script/i);
  });

  test('is built once', () => {
    expect(page()).toBe(page());
  });
});

test('the docs carry swagger-ui as it was published, but for escapes that mean the same', async () => {
  const require = createRequire(import.meta.url);
  const published = readFileSync(require.resolve('swagger-ui-dist/swagger-ui-bundle.js'), 'utf8');
  const [bundle = ''] = elements((await docsPage()).html, 'script');
  const unescaped = (text: string): string => text.replaceAll(/\\x3c(?=!--|\/script)/g, '<');
  expect(bundle === published).toBe(false);
  expect(unescaped(bundle) === unescaped(published)).toBe(true);
  expect(() => new Script(bundle)).not.toThrow();
});

test('the dashboard has words for every reason, status, phase and requirement of the contract', async () => {
  const [script = ''] = elements((await dashboardPage()).html, 'script');
  const { Reason, CheckStatus, Lifecycle, RequiredFor } = document.components.schemas;
  for (const schema of [Reason, CheckStatus, Lifecycle, RequiredFor]) {
    for (const word of schema.enum) expect(script).toMatch(new RegExp(`\\b${word}: [['"]`));
  }
});

test('the dashboard never writes data as markup', async () => {
  const [script] = elements((await dashboardPage()).html, 'script');
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
});

const elements = (html: string, kind: string): string[] =>
  [...html.matchAll(new RegExp(`<${kind}(?: type="module")?>(.*?)</${kind}>`, 'gs'))].map(([, text]) => text as string);

const markupOf = (html: string): string =>
  html.replaceAll(/<(script|style)(?: type="module")?>.*?<\/\1>/gs, '<$1></$1>');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
