import type { Socket } from 'node:net';
import type { Chance } from '../simulation/chance.ts';

/** What becomes of a conversation from some byte on: takes what the server says from there, and does as it pleases. */
export type Damage = (client: Socket, chance: Chance) => (data: Buffer) => void;

const drop = (): void => {};

/** What other protocols say, first and later. */
const others: readonly string[] = [
  'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  '220 mail.test ESMTP\r\n',
  'SSH-2.0-OpenSSH_9.9\r\n',
  '-ERR unknown command\r\n',
  '$-1\r\n',
  '*-1\r\n*1\r\n$-1\r\n',
  '+PONG\r\n+PONG\r\n',
  'AMQP\0\0\x09\x01',
  'R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I',
  'E\0\0\0\x0aSFATAL',
  '\x15\x03\x03\0\x02\x02\x28',
  '\x01\0\0\0\0\0\x0a\0\x0a\0\x0bx\xce',
];

/** What is said without end. */
const floods: readonly string[] = [
  '+PONG\r\n',
  '*1\r\n',
  'S\0\0\0\x08a\0b\0',
  '\x08\0\0\0\0\0\0\xce',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  '\0',
  'x',
];

/** As much as the kernel and the client's own buffers may swallow before the connection is given up. */
export const mostOfFlood: number = 24 * 1_048_576;

/** How much has been written into the worst flood so far. */
export const flooded: { most: number } = { most: 0 };

/** Longer than a run may take. */
const lateMs = 300;

/** What a broken network does: nothing that comes is wrong. */
export const broken: Readonly<Record<string, Damage>> = {
  reset(client) {
    client.resetAndDestroy();
    return drop;
  },
  end(client) {
    client.end();
    return drop;
  },
  silence: () => drop,
  late: (client) => (data) => {
    setTimeout(() => client.writable && client.write(data), lateMs);
  },
};

/** What a server says that is no server of this kind, or no longer one. */
export const wrong: Readonly<Record<string, Damage>> = {
  twice: (client) => (data) => void client.write(Buffer.concat([data, data])),
  changed: (client, chance) => once(client, (data) => data.fill((data[0] ?? 0) ^ chance.whole(1, 255), 0, 1)),
  lost: (client) => once(client, (data) => data.subarray(1)),
  random(client, chance) {
    // Half of them look like the beginning of a message.
    const bytes = Buffer.from(Array.from({ length: chance.whole(1, 300) }, () => chance.whole(0, 255)));
    client.write(chance.isLikely(0.5) ? Buffer.concat([Buffer.from(chance.pick(others), 'latin1'), bytes]) : bytes);
    return drop;
  },
  other(client, chance) {
    client.write(chance.pick(others), 'latin1');
    return drop;
  },
  flood(client, chance) {
    const piece = Buffer.from(chance.pick(floods).repeat(2_000), 'latin1');
    let written = 0;
    const write = (): void => {
      if (!client.writable || written > 2 * mostOfFlood) return;
      written += piece.length;
      flooded.most = Math.max(flooded.most, written);
      // In a turn of its own: whoever is flooded may have something to say.
      if (client.write(piece)) setImmediate(write);
      else client.once('drain', write);
    };
    write();
    return drop;
  },
};

/** The words of other protocols, and some of its own that nobody has asked for; and then as before. */
export const unasked: Readonly<Record<string, Damage>> = Object.fromEntries(
  others.map((words): [string, Damage] => [
    JSON.stringify(words),
    (client) => {
      client.write(words, 'latin1');
      return (data) => void client.write(data);
    },
  ]),
);

/** Changes the first piece alone. */
function once(client: Socket, change: (data: Buffer) => Buffer): (data: Buffer) => void {
  let isFirst = true;
  return (data) => {
    client.write(isFirst ? change(Buffer.from(data)) : data);
    isFirst = false;
  };
}
