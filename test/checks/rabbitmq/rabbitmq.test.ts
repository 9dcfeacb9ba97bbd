import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { rabbitmq } from '../../../src/checks/rabbitmq/rabbitmq.ts';
import type { CheckDefinition } from '../../../src/health/checker.ts';
import { certificate, startHttp } from '../../servers/http.ts';
import { type RabbitmqServer, startRabbitmq } from '../../servers/rabbitmq.ts';
import { behavesLikeAChecker } from '../behaviour.ts';
import { changed, established, outcome, printedBy, until, watching } from '../support.ts';

let server: RabbitmqServer;
const checks: CheckDefinition[] = [];

// rabbitmqctl starts an Erlang machine each time: on a busy one, that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

function checkOf(...args: Parameters<typeof rabbitmq>): CheckDefinition {
  const check = rabbitmq(...args);
  checks.push(check);
  return check;
}

beforeAll(async () => {
  server = await startRabbitmq({
    users: [
      { name: 'stranger', password: 'stranger' },
      { name: 'reader', password: 'reader', write: '^$' },
      { name: 'jörg', password: 'p@ß/wörd', vhost: 'a/b ü', write: '.*' },
    ],
  });
});

afterEach(async () => {
  await Promise.all(checks.splice(0).map(({ checker }) => checker.close?.()));
  await until(() => established(server.port) === 0);
});

afterAll(() => server.dispose());

describe('rabbitmq', () => {
  describe('over its connection', () => behavesLikeAChecker({ server: () => server, check: (url) => rabbitmq(url) }));

  it('is one connection without a channel between its runs, and declares nothing', async () => {
    const exchanges = await server.ctl('list_exchanges', 'name');
    const check = checkOf(server.url, { writable: true });
    for (let run = 0; run < 3; run += 1) expect(await outcome(check)).toBe('ok');
    const listed = [
      server.ctl('list_connections', 'client_properties'),
      server.ctl('list_channels'),
      server.ctl('list_queues'),
      server.ctl('list_exchanges', 'name'),
    ];
    const [connections = '', channels, queues, exchangesAfter] = await Promise.all(listed);
    expect(connections.match(/probity/g)).toHaveLength(1);
    expect([channels, queues, exchangesAfter]).toEqual(['', '', exchanges]);
  });

  it('says goodbye, so that the server has nothing to warn of', async () => {
    const check = checkOf(server.url);
    await outcome(check);
    const before = server.output().length;
    await check.checker.close?.();
    await until(() => server.output().slice(before).includes('closing AMQP connection'));
    expect(server.output().slice(before)).not.toMatch(/\[(warning|error)\]/);
  });

  it('logs in with a name, a password and a virtual host that have to be escaped', async () => {
    const parts = {
      username: 'jörg',
      password: encodeURIComponent('p@ß/wörd'),
      pathname: `/${encodeURIComponent('a/b ü')}`,
    };
    expect(await outcome(checkOf(changed(server.url, parts)))).toBe('ok');
  });

  it('says auth for a wrong password, an unknown user, or a virtual host that is closed to it; prints nothing', async () => {
    const refused = [
      changed(server.url, { password: 'wr0ng' }),
      changed(server.url, { username: 'nobody' }),
      changed(server.url, { username: 'stranger', password: 'stranger' }),
    ];
    const printed = await printedBy(async () => {
      for (const url of refused) expect(await outcome(checkOf(url))).toBe('auth');
    });
    expect(printed).toBe('');
  });

  it('says not_found for a virtual host that is missing, in the words of the server', async () => {
    const check = checkOf(changed(server.url, { pathname: '/missing' }));
    await expect(check.checker.check(AbortSignal.timeout(5_000))).rejects.toThrow(
      'NOT_ALLOWED - vhost missing not found',
    );
    expect(await outcome(check)).toBe('not_found');
  });

  it('is busy when the virtual host or the user may have no more connections', async () => {
    const reader = changed(server.url, { username: 'reader', password: 'reader' });
    await server.ctl('set_user_limits', 'reader', '{"max-connections": 0}');
    expect(await outcome(checkOf(reader))).toBe('too_many_connections');
    await server.ctl('clear_user_limits', 'reader', 'all');
    await server.ctl('set_vhost_limits', '-p', '/', '{"max-connections": 0}');
    expect(await outcome(checkOf(server.url))).toBe('too_many_connections');
    await server.ctl('clear_vhost_limits', '-p', '/');
    expect(await outcome(checkOf(reader))).toBe('ok');
  });

  it('is busy when there is no free channel, by the connection or by the user', async () => {
    const connection = await connect(`${server.url}?channelMax=1`);
    const borrowed = checkOf(connection as never);
    expect(await outcome(borrowed)).toBe('ok');
    const channel = await connection.createChannel();
    for (let run = 0; run < 3; run += 1) expect(await outcome(borrowed)).toBe('pool_saturated');
    await channel.close();
    expect(await outcome(borrowed)).toBe('ok');
    await connection.close();
    await server.ctl('set_user_limits', 'reader', '{"max-channels": 0}');
    expect(await outcome(checkOf(changed(server.url, { username: 'reader', password: 'reader' })))).toBe(
      'pool_saturated',
    );
    await server.ctl('clear_user_limits', 'reader', 'all');
  });

  it('says auth when the user may not publish', async () => {
    const url = changed(server.url, { username: 'reader', password: 'reader' });
    expect(await outcome(checkOf(url))).toBe('ok');
    expect(await outcome(checkOf(url, { writable: true }))).toBe('auth');
  });

  it('says tls when the certificate is signed by nobody', async () => {
    const http = await startHttp({ tls: await certificate() });
    expect(await outcome(checkOf(`amqps://127.0.0.1:${http.port}`))).toBe('tls');
    await http.dispose();
  });

  it('notices at once that an operator closes its connection', async () => {
    const check = checkOf(server.url);
    const watcher = watching(check);
    await outcome(check);
    const noticed = watcher.noticed();
    await server.ctl('close_all_connections', 'for a test');
    await noticed;
    expect(await outcome(check)).toBe('ok');
  });

  it('passes during an alarm, which only a publisher hears of: blocked at once, and noticed when it is over', async () => {
    const looking = checkOf(server.url);
    const publishing = checkOf(server.url, { writable: true });
    const watcher = watching(publishing);
    expect([await outcome(looking), await outcome(publishing)]).toEqual(['ok', 'ok']);
    await server.ctl('set_vm_memory_high_watermark', '0.00001');
    try {
      expect(await outcome(looking)).toBe('ok');
      for (let run = 0; run < 3; run += 1) expect(await outcome(publishing)).toBe('blocked');
      expect(await outcome(checkOf(server.url, { writable: true }))).toBe('blocked');
      // It waits for the end of the alarm on the connection that was blocked.
      await until(() => established(server.port) === 3);
      expect(watcher.count()).toBe(0);
    } finally {
      const noticed = watcher.noticed();
      await server.ctl('set_vm_memory_high_watermark', '0.4');
      await noticed;
    }
    expect(await outcome(publishing)).toBe('ok');
    await until(async () => (await server.ctl('list_channels')) === '');
  });

  it('closes during an alarm', async () => {
    const check = checkOf(server.url, { writable: true });
    await server.ctl('set_vm_memory_high_watermark', '0.00001');
    try {
      expect(await outcome(check)).toBe('blocked');
      await check.checker.close?.();
      await until(() => established(server.port) === 0);
    } finally {
      await server.ctl('set_vm_memory_high_watermark', '0.4');
    }
  });

  it('notices a shutdown that ends its connection in order', async () => {
    const check = checkOf(server.url);
    const watcher = watching(check);
    await outcome(check);
    const noticed = watcher.noticed();
    const stopped = server.stop();
    await noticed;
    await stopped;
    expect(await outcome(check)).toBe('refused');
  });
});
