// What a bundler is given: probes from a worker thread, and pages, metrics and a schema beside them.
import { createServer } from 'node:http';
import { createProbity, http, postgres, redis } from 'probity';

/* the application */
const log = { debug() {}, info() {}, warn() {}, error: (fields, message) => console.error(message, fields) };

async function main() {
  const api = createServer((_, response) => response.end('{"ok":true}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  const schema = { type: 'object', required: ['ok'], properties: { ok: { const: true } } };
  const optional = { requiredFor: 'nothing', failAfter: 1 };
  const probity = createProbity({
    checks: {
      api: http(`http://127.0.0.1:${api.address().port}/`, { schema }),
      // Its driver is installed where this was bundled, and the server is not there.
      cache: redis('redis://127.0.0.1:1', optional),
      // Its driver is not installed.
      database: postgres('postgres://127.0.0.1:1/none', optional),
    },
    management: { port: 0 },
    log,
  });
  const probes = await probity.listen(0, { host: '127.0.0.1', isolate: true });
  const ask = (port, path) => fetch(`http://127.0.0.1:${port}${path}`);
  const management = probity.management().port;
  let ready = await ask(probes.port, '/ready');
  while (ready.status !== 200) ready = await ask(probes.port, '/ready');
  let checks = [];
  do ({ checks } = await (await ask(management, '/checks')).json());
  while (checks.some(({ status }) => status === 'pending'));

  const said = { checks: Object.fromEntries(checks.map(({ check, status, reason }) => [check, reason ?? status])) };
  for (const path of ['/health', '/startup', '/internal/ready'])
    said[`isolated ${path}`] = (await ask(probes.port, path)).status;
  for (const path of ['/health', '/metrics', '/docs', '/', '/openapi.json', '/faults']) {
    const response = await ask(management, path);
    const body = await response.text();
    said[path] = response.status;
    if (path === '/docs') said.swagger = body.includes('SwaggerUIBundle');
    if (path === '/metrics') said.metrics = body.includes('probity_check_up');
  }
  const wrong = (() => {
    try {
      http('http://127.0.0.1/', { schema: { type: 'nonsense' } });
    } catch (error) {
      return error.code;
    }
  })();
  await probity.stop();
  api.close();
  console.log(JSON.stringify({ ...said, wrong }));
}
main();
