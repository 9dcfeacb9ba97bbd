import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/advisor/read.ts';
import type { Place } from '../../src/advisor/yaml-place.ts';

const first = (text: string): Place => readDocuments(text, 'shop.yaml')[0] as Place;
const at = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

describe('a place', () => {
  const place = first('spec:\n  ports:\n    - name: http\n      number: 8000\n    - name: web\n  empty:\n');

  it('is that of a scalar itself', () => {
    const port = place.get('spec', 'ports', 0, 'number');
    expect([port.scalar, port.exists, at(port)]).toEqual([8000, true, 'shop.yaml:4:15']);
  });

  it('is that of the key of a mapping or a list, and of an item itself', () => {
    expect(at(place.get('spec', 'ports'))).toBe('shop.yaml:2:3');
    expect(at(place.get('spec', 'ports', 1))).toBe('shop.yaml:5:7');
    expect(place.get('spec', 'ports').items().map(at)).toEqual(['shop.yaml:3:7', 'shop.yaml:5:7']);
    expect(
      place
        .get('spec')
        .entries()
        .map(([key]) => key),
    ).toEqual(['ports', 'empty']);
  });

  it('is, of what is missing, the one that it is missing from', () => {
    for (const missing of [place.get('spec', 'gone'), place.get('spec', 'gone', 3, 'deeper')]) {
      expect([missing.scalar, missing.exists, at(missing)]).toEqual([undefined, false, 'shop.yaml:1:1']);
    }
    expect(at(place.get('spec', 'ports', 7, 'name'))).toBe('shop.yaml:2:3');
    expect([place.get('spec', 'empty').exists, at(place.get('spec', 'empty'))]).toEqual([false, 'shop.yaml:6:3']);
  });

  it('has neither keys nor items where there are none', () => {
    expect(place.get('spec', 'ports', 0, 'name').entries()).toEqual([]);
    expect(place.get('spec').items()).toEqual([]);
  });
});

describe('anchors', () => {
  const text = [
    'x-probe: &probe { periodSeconds: 5, timeoutSeconds: 3 }',
    'x-more: &more { failureThreshold: 4, periodSeconds: 7 }',
    'alias: *probe',
    'merged:',
    '  <<: *probe',
    '  timeoutSeconds: 2',
    'both:',
    '  <<: [*probe, *more]',
  ].join('\n');

  it('are followed to where the value stands', () => {
    expect(at(first(text).get('alias', 'periodSeconds'))).toBe('shop.yaml:1:34');
  });

  it('are merged, and what stands beside them wins', () => {
    const merged = first(text).get('merged');
    expect(merged.get('periodSeconds').scalar).toBe(5);
    expect(merged.get('timeoutSeconds').scalar).toBe(2);
    expect(merged.entries().map(([key]) => key)).toEqual(['timeoutSeconds', 'periodSeconds']);
    const both = first(text).get('both');
    expect([both.get('failureThreshold').scalar, both.get('periodSeconds').scalar]).toEqual([4, 5]);
  });

  it('that lead back to themselves lead nowhere', () => {
    const place = first('a: &a\n  <<: *a\n  b: 1\n');
    expect(place.get('a', 'c').exists).toBe(false);
    expect(
      place
        .get('a')
        .entries()
        .map(([key]) => key),
    ).toEqual(['b']);
  });
});

describe('a file', () => {
  it('may have several documents, and empty ones', () => {
    expect(
      readDocuments('---\na: 1\n---\n# nothing\n---\nb: 2\n', 'f').map((place) => place.entries()[0]?.[0]),
    ).toEqual(['a', 'b']);
    expect(readDocuments('', 'f')).toEqual([]);
  });

  it('may be JSON, and may have tags that only compose knows', () => {
    expect(first('{"a": {"b": true}}').get('a', 'b').scalar).toBe(true);
    expect(first('ports: !reset []\nname: x').get('name').scalar).toBe('x');
  });

  it.each([
    ['['.repeat(1_000_000), 'shop.yaml: nested too deeply'],
    ['a: [1\nb: 2', 'shop.yaml:2:1: broken YAML: '],
    ['a: 1\na: 2', 'shop.yaml:2:1: broken YAML: map keys must be unique'],
    ['a:\n\tb: 1', 'shop.yaml:2:1: broken YAML: tabs are not allowed as indentation'],
    ['{{- if .Values.x }}\na: 1\n', '; a template has to be rendered first, as by `helm template`'],
  ])('that is broken is told in one line: %j', (text, message) => {
    expect(() => readDocuments(text, 'shop.yaml')).toThrow(message);
  });
});
