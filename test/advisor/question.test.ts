import { describe, expect, it } from 'vitest';
import { commandOf } from '../../src/advisor/command.ts';
import { questionsIn } from '../../src/advisor/question.ts';
import { readDocuments } from '../../src/advisor/read.ts';
import type { Place } from '../../src/advisor/yaml-place.ts';

const place = readDocuments('a: 1', 'f')[0] as Place;
const asked = (...argv: string[]): unknown[] =>
  questionsIn(commandOf(place, argv)).map(({ path, port }) => [path, port?.value]);
const line = (text: string): unknown[] => asked('sh', '-c', text);
const variable = '$' + '{PORT}';

describe('what a command asks', () => {
  it.each<[string[], unknown[]]>([
    [
      ['curl', '-f', 'http://localhost:8000/internal/ready'],
      ['/internal/ready', 8000],
    ],
    [
      ['/usr/bin/curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:9000/ready?x=1'],
      ['/ready', 9000],
    ],
    [
      ['curl', '-sfo', '/dev/null', '--max-time', '3', 'localhost:9000/ready'],
      ['/ready', 9000],
    ],
    [
      ['curl', '-fsS', '--url', 'http://127.0.0.1:9000/ready'],
      ['/ready', 9000],
    ],
    [
      ['wget', '-q', '--spider', 'http://[::1]/health'],
      ['/health', 80],
    ],
    [
      ['wget', '-qO-', 'localhost:8080/health'],
      ['/health', 8080],
    ],
    [
      ['wget', '--tries=1', '-O', '/dev/null', '127.0.0.1:8080'],
      ['/', 8080],
    ],
    [
      ['timeout', '5', 'curl', '-f', 'http://localhost:8000/ready'],
      ['/ready', 8000],
    ],
    [
      ['curl', '-f', `http://localhost:${variable}/ready`],
      ['/ready', undefined],
    ],
    [
      ['busybox', 'wget', '-q', '-O-', 'localhost:3000/health'],
      ['/health', 3000],
    ],
    [
      ['node', '-e', 'fetch(`http://localhost:$' + '{process.env.PORT}/ready`).then(r => r.ok)'],
      ['/ready', undefined],
    ],
    [
      ['probity', 'check'],
      ['/ready', undefined],
    ],
    [
      ['probity', 'check', '--timeout', '1s', 'http://127.0.0.1:9000'],
      ['/ready', 9000],
    ],
    [
      ['node', 'node_modules/probity/dist/cli/main.js', 'check', 'http://127.0.0.1:8000/health'],
      ['/health', 8000],
    ],
    [
      ['node_modules/.bin/probity', 'check', 'http://127.0.0.1:8000/health'],
      ['/health', 8000],
    ],
    [
      ['node', '-e', "fetch('http://localhost:8000/ready').then(r=>process.exit(r.ok?0:1))"],
      ['/ready', 8000],
    ],
    [
      [
        'node',
        '-e',
        "require('http').get({host:'127.0.0.1', port: 8000, path:'/health'}, r => process.exit(r.statusCode - 200))",
      ],
      [],
    ],
    [
      ['node', '-e', "const http=require('http');http.get({port: 3000, path: '/health'}, r => r.statusCode)"],
      ['/health', 3000],
    ],
    [
      ['python3', '-c', "import urllib.request as r; r.urlopen('http://localhost:8000/health')"],
      ['/health', 8000],
    ],
  ])('%j', (argv, expected) => {
    expect(asked(...argv)).toEqual(expected.length === 0 ? [] : [expected]);
  });

  it.each<[string, unknown[][]]>([
    ['curl -f "http://localhost:8000/ready" || exit 1', [['/ready', 8000]]],
    ['curl -s localhost:8000/ready | grep -q ready', [['/ready', 8000]]],
    [
      'curl -f http://localhost:8000/health && curl -f http://localhost:8000/ready',
      [
        ['/health', 8000],
        ['/ready', 8000],
      ],
    ],
    [`test "$(curl -so /dev/null -w '%{http_code}' http://localhost:8000/ready)" = 200`, [['/ready', 8000]]],
    ['if wget -q localhost:8000/ready; then exit 0; else exit 1; fi', [['/ready', 8000]]],
    ['exec sh -c "curl -f localhost:8000/ready"', [['/ready', 8000]]],
    ['curl -f http://localhost:8000/ready \\\n  || exit 1', [['/ready', 8000]]],
  ])('in a line: %s', (text, expected) => {
    expect(line(text)).toEqual(expected);
  });

  it.each([
    [['pg_isready', '-U', 'app']],
    [['curl', '-f', 'http://database:8000/ready']],
    [['curl', '-f', `http://${variable}/ready`]],
    [['curl', '-f', '--unix-socket', '/run/app.sock', 'http://localhost/ready']],
    [['sh', '-c', 'curl -f http://localhost:$(cat /tmp/port)/ready']],
    [['node', '-e', "fetch('http://localhost:' + process.env.PORT + '/ready').then(r => process.exit(r.ok ? 0 : 1))"]],
    [['cat', '/tmp/healthy']],
    [['./healthcheck.sh', 'http://localhost:8000/ready']],
    [['node', 'healthcheck.js']],
    [['nc', '-z', 'localhost', '8000']],
    [['probity', 'status', 'http://127.0.0.1:8000']],
  ])('is not told by %j', (argv) => {
    expect(asked(...argv)).toEqual([]);
  });
});
