import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { guide, pageAt, pages, root } from './pages.ts';

const { files, repository, homepage, bugs } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  files: string[];
  repository: { url: string };
  homepage: string;
  bugs: string;
};

describe.each(pages.map((page) => [page.path, page] as const))('%s', (path, { links }) => {
  it('has links that lead somewhere', () => {
    const broken = links.filter((link) => {
      if (/^https:\/\/[\w.-]+(\/|$)/.test(link)) return false;
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? path : normalize(join(dirname(path), target));
      if (file.startsWith('..') || !existsSync(join(root, file))) return true;
      return anchor !== undefined && !pageAt(file).anchors.has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the pages', () => {
  it('know one place of the repository, that of package.json', () => {
    const home = repository.url.replace(/^git\+|\.git$/g, '');
    expect([homepage, bugs]).toEqual([`${home}#readme`, `${home}/issues`]);
    const others = globSync(['*.md', 'docs/*.md', '.github/**/*.{md,yml}'], { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/https:\/\/github\.com\/[\w.-]+\/probity\b/g)].map(
        ([url]) => url,
      ),
    );
    expect(new Set(others)).toEqual(new Set([home]));
  });

  it('are all found', () => {
    expect(readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)).toEqual(
      guide.slice(1).map(({ path }) => path),
    );
    expect(guide[0]?.path).toBe('README.md');
    expect(guide.length).toBeGreaterThan(12);
  });

  it('are each linked from the README, and come with the package', () => {
    const { links } = pageAt('README.md');
    for (const { path } of guide.slice(1)) expect(links).toContain(path);
    expect(files).toContain('docs');
  });

  it('have one title each, and say what a reader wants to do', () => {
    for (const { path, prose } of guide.slice(1)) {
      expect([path, prose.match(/^# /gm)?.length]).toEqual([path, 1]);
      expect([path, prose.split('\n\n')[1]]).toEqual([path, expect.stringMatching(/\b[Yy]our? /)]);
    }
  });

  it('leave the README short', () => {
    expect(Buffer.byteLength(pageAt('README.md').text)).toBeLessThanOrEqual(12_000);
  });
});
