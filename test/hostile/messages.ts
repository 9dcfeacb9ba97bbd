import fc, { type Arbitrary } from 'fast-check';

const method: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('GET') },
  fc.constantFrom('HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'BREW', 'CONNECT', 'get'),
);

const target: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('/health', '/ready', '/internal/alive', '/health?verbose', '/startup') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('/checks', '/nope', '/checks/database', '/metrics', '/faults', '/fleet', '/'),
  },
  fc.constantFrom(
    ...['/health#x', '/ready?a#b', 'http://a/health', 'http://', '*', '', 'health', 'a:443', '/health\\', '//health'],
    ...['/%zz', '/h\xe9alth', '/\x01', '/health/', '/checks/%00', '/__proto__', '/checks/constructor', '/?x=`{|}'],
    `/${'x'.repeat(3_000)}`,
  ),
);

const header: Arbitrary<string> = fc.constantFrom(
  ...['Connection: close\r\n', 'Connection: keep-alive\r\n', 'Expect: 100-continue\r\n', 'Expect: miracles\r\n'],
  ...['Connection: Upgrade\r\nUpgrade: websocket\r\n', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
  ...['Accept: */*\r\n', 'X:\r\n', ' folded: y\r\n', 'X: y\n', 'No colon\r\n', 'X\x00: y\r\n', 'X: \x7f\r\n'],
  ...[
    'Content-Type: application/json\r\n',
    'Origin: null\r\n',
    'Transfer-Encoding: gzip\r\n',
    'Content-Length: -1\r\n',
  ],
  `X: ${'y'.repeat(9_000)}\r\n`,
);

const chunked = 'Transfer-Encoding: chunked\r\n\r\n';

/** The end of the head, with what follows it. */
const body: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('\r\n') },
  fc.constantFrom(
    ...['Content-Length: 4\r\n\r\nbody', 'Content-Length: 2\r\n\r\n{}', 'Content-Length: 0\r\n\r\n'],
    ...[
      'Content-Length: 9\r\n\r\nbody',
      'Content-Length: 1\r\n\r\nbody',
      'Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody',
    ],
    ...[
      `${chunked}0\r\n\r\n`,
      `${chunked}4\r\nbody\r\n0\r\n\r\n`,
      `${chunked}zz\r\n`,
      `${chunked}4\r\nbody!\r\n0\r\n\r\n`,
    ],
    ...[`${chunked}4;x=y\r\nbody\r\n0\r\nTrailer: z\r\n\r\n`, `Content-Length: 3\r\n${chunked}0\r\n\r\n`],
    `Content-Length: 6000\r\n\r\n${'z'.repeat(6_000)}`,
  ),
);

const junk: Arbitrary<string> = fc.oneof(
  fc.constantFrom('\r\n', '\n', '\r', '\0', '\x16\x03\x01\x02\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

/** Changes some bytes somewhere. */
type Damage = (bytes: string) => string;

const damage: Arbitrary<Damage> = fc
  .record({ at: fc.double({ min: 0, max: 1, noNaN: true }), gone: fc.nat(3), come: fc.string({ maxLength: 3 }) })
  .map(({ at, gone, come }) => (bytes) => {
    const place = Math.floor(at * bytes.length);
    return bytes.slice(0, place) + come + bytes.slice(place + gone);
  });

const version = fc.oneof({ weight: 9, arbitrary: fc.constant('1.1') }, fc.constantFrom('1.0', '2.0', '0.9', '1.2', ''));
const host = fc.oneof(
  { weight: 9, arbitrary: fc.constant('Host: a\r\n') },
  fc.constantFrom('', 'Host: a\r\nhost: b\r\n'),
);
const message: Arbitrary<string> = fc
  .record({
    method,
    target,
    version,
    host,
    headers: fc.array(header, { maxLength: 2 }),
    body,
  })
  .map(
    ({ method, target, version, host, headers, body }) =>
      `${method} ${target} HTTP/${version}\r\n${host}${headers.join('')}${body}`,
  );

const none: Arbitrary<Damage[]> = fc.constant([]);

/** Bytes at random in random pieces: most of them nearly HTTP, as what is nonsense from the first byte tests little. */
export const streams: Arbitrary<readonly string[]> = fc
  .record({
    messages: fc.array(fc.oneof({ weight: 12, arbitrary: message }, { weight: 1, arbitrary: junk }), {
      minLength: 1,
      maxLength: 6,
    }),
    damages: fc.oneof({ weight: 2, arbitrary: none }, fc.array(damage, { minLength: 1, maxLength: 2 })),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
  })
  .map(({ messages, damages, cuts }) =>
    inPieces(
      damages.reduce((bytes, one) => one(bytes), messages.join('')),
      cuts,
    ),
  )
  .filter((pieces) => pieces.length > 0);

function inPieces(bytes: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((one, other) => one - other)];
  return places.map((place, index) => bytes.slice(place, places[index + 1])).filter((piece) => piece !== '');
}
