import { DockerfileParser, ModifiableInstruction } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { execForm, instructionsIn, isDockerfile } from '../../src/advisor/dockerfile.ts';
import { programsInDockerfile } from '../../src/advisor/dockerfile-program.ts';
import { readText } from '../deploy/dockerfile.ts';

const read = (text: string): ReturnType<typeof instructionsIn> => instructionsIn(text, 'Dockerfile');

describe('the instructions of a Dockerfile', () => {
  const files = [
    readText('deploy/Dockerfile'),
    'FROM node:24 AS build\n# a comment\nRUN a && \\\n  # between\n\n  b\nHEALTHCHECK --interval=5s --timeout=3s \\\n  CMD curl -f x || exit 1\n',
    'from node:24\nCMD ["node", "a b"]\nENTRYPOINT node x\nSTOPSIGNAL SIGINT\nUSER 1000:1000',
    'FROM node:24\nRUN <<EOF\nCMD no\nHEALTHCHECK NONE\nEOF\nCMD ["x"]\n',
    '# escape=`\nFROM node:24\nRUN a `\n  b\nCMD x\n',
    'FROM node:24\r\nCMD ["x"]\r\nHEALTHCHECK NONE\r\n',
  ];

  it.each(files.map((file) => [file]))('are those that an independent reader finds: %j', (text) => {
    const expected = DockerfileParser.parse(text).getInstructions();
    const found = read(text);
    expect(found.map(({ keyword, place }) => [keyword, place.line])).toEqual(
      expected.map((one) => [one.getKeyword(), one.getRange().start.line + 1]),
    );
    for (const [index, one] of expected.entries()) {
      const flags = one instanceof ModifiableInstruction ? one.getFlags() : [];
      expect(Object.fromEntries(found[index]?.flags ?? [])).toEqual(
        Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
      );
    }
  });

  it('have words, or a line for the shell', () => {
    const [, words, line] = read('FROM x\nCMD ["a", "b c"]\nCMD [a, b]\n');
    expect(words && execForm(words)).toEqual(['a', 'b c']);
    expect(line && execForm(line)).toBeUndefined();
  });
});

describe('the image of a Dockerfile', () => {
  it('is that of the last stage, with what the stages before it bring', () => {
    const [program] = programsInDockerfile(
      'ARG V=24\nFROM node:24-slim AS base\nUSER 1000\nFROM debian AS other\nFROM base\nCMD ["node", "x"]\n',
      'Dockerfile',
    );
    expect(program).toMatchObject({ image: 'node:24-slim', start: { argv: ['node', 'x'] } });
    expect(program?.user?.scalar).toBe(1_000);
    expect(program?.place.line).toBe(5);
  });

  it('starts its entrypoint with its words, and a line by a shell', () => {
    const argv = (text: string): unknown => programsInDockerfile(`FROM node:24\n${text}`, 'f')[0]?.start?.argv;
    expect(argv('ENTRYPOINT ["tini", "--"]\nCMD ["node", "x"]')).toEqual(['tini', '--', 'node', 'x']);
    expect(argv('CMD node x')).toEqual(['/bin/sh', '-c', 'node x']);
    expect(argv('ENTRYPOINT node x\nCMD ["y"]')).toEqual(['/bin/sh', '-c', 'node x']);
    expect(argv('EXPOSE 1')).toBeUndefined();
  });

  it('is none where there is no stage', () => {
    expect(programsInDockerfile('# nothing\n', 'Dockerfile')).toEqual([]);
  });
});

it.each([
  ['Dockerfile', true],
  ['deploy/Dockerfile', true],
  ['Dockerfile.dev', true],
  ['shop.dockerfile', true],
  ['Containerfile', true],
  ['Dockerfile/x.yaml', false],
  ['compose.yaml', false],
])('%s is one by its name: %s', (file, is) => {
  expect(isDockerfile(file)).toBe(is);
});

// With work that grows with the square of a file, each of these takes minutes.
describe('a Dockerfile of 200,000 lines is read in the time that its lines take', () => {
  const lines = 200_000;

  it.each([
    ['of instructions', 'RUN true\n'.repeat(lines), lines],
    ['of one instruction', `RUN true${' \\\n  && true'.repeat(lines)}`, 1],
    ['of a heredoc', `RUN <<EOF\n${'true\n'.repeat(lines)}EOF`, 1],
  ])('%s', (_, text, steps) => {
    const [program] = programsInDockerfile(`FROM node:24\n${text}`, 'Dockerfile');
    expect(program?.setup).toHaveLength(steps);
  });
});
