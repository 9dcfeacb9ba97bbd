// Two servers, one coordinator: a slow request, an event stream and an upgraded connection on the first.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProbity } from '../../../src/index.ts';

const probity = createProbity({
  checks: { database: async () => {} },
  shutdown: { drainDelay: (process.env.DRAIN ?? '300ms') as '300ms', deadline: (process.env.DEADLINE ?? '5s') as '5s' },
});
const application = createServer((request, response) =>
  probity.handler(request, response, () => {
    if (request.url?.startsWith('/never')) return;
    if (request.url === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: hello\n\n');
    } else if (request.url === '/slow') {
      console.log('slow begun');
      process.once('SIGUSR2', () => response.end('slow answer'));
    } else response.end('answer');
  }),
);
application.on('upgrade', (_, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.on('error', () => {}).on('end', () => socket.end());
});
const other = createServer((_, response) => response.end('other'));
const tell = (name: string, server: Server): void => console.log(`${name} ${(server.address() as AddressInfo).port}`);
application.listen(0, '127.0.0.1', () => tell('application', application));
other.listen(0, '127.0.0.1', () => tell('other', other));
probity.manage(application, other);
for (const name of ['first', 'second', 'third']) probity.onShutdown(async () => console.log(`hook ${name}`));
process.on('exit', () =>
  console.log(`exit with ${application.listening || other.listening ? 'open' : 'closed'} servers`),
);
