import { describe, expect, it } from 'vitest';
import { plainError } from '../../src/base/errors.ts';
import { child, follow, type OpenApiDocument } from '../../src/contract/document.ts';

const document = {
  openapi: '3.1.1',
  info: {},
  paths: { '/a~b/{id}': { get: { operationId: 'get' } }, '/100%': { post: { operationId: 'post' } } },
  components: {
    one: { $ref: '#/components/two' },
    two: { $ref: '#/components/three' },
    three: { leaf: { $ref: '#/paths/~1a~0b~1%7Bid%7D' } },
    lost: { $ref: '#/components/nowhere/else' },
    foreign: { $ref: 'https://example.com/schema.json' },
    circle: { $ref: '#/components/square' },
    square: { $ref: '#/components/circle' },
  },
} as unknown as OpenApiDocument;

const at = (name: string) => child<object>(document, { node: componentsOf(document), ref: '#/components' }, name);
const componentsOf = (of: OpenApiDocument): object => (of as unknown as { components: object }).components;

describe('a place in a document', () => {
  it('is found through a chain of $refs, and is named by the last of them', () => {
    expect(at('one')).toEqual({ node: { leaf: { $ref: '#/paths/~1a~0b~1%7Bid%7D' } }, ref: '#/components/three' });
    expect(child(document, at('one'), 'leaf')).toEqual({
      node: { get: { operationId: 'get' } },
      ref: '#/paths/~1a~0b~1%7Bid%7D',
    });
  });

  it.each([
    ['/a~b/{id}', '#/paths/~1a~0b~1%7Bid%7D'],
    ['/100%', '#/paths/~1100%25'],
  ])('with the key %s is named by a pointer that leads back to it: %s', (key, ref) => {
    const place = child<object>(document, { node: document.paths, ref: '#/paths' }, key);
    expect(place).toEqual({ node: document.paths[key], ref });
    expect(follow(document, { node: { $ref: place.ref }, ref: '#/x' })).toEqual(place);
  });

  it('that is missing is told by its name', () => {
    expect(() => at('lost')).toThrow(
      plainError('PROBITY_CONTRACT', 'Expected `#/components/nowhere/else` to be in the document, found nothing there'),
    );
    expect(() => at('foreign')).toThrow(
      plainError('PROBITY_CONTRACT', 'Expected a $ref into the document, got `https://example.com/schema.json`'),
    );
  });

  it('that is a key which is not there is nothing', () => {
    expect(at('absent').node).toBeUndefined();
  });

  it('that refers to itself is told by its name', () => {
    expect(() => at('circle')).toThrow(/#\/components\/(circle|square)/);
  });
});
