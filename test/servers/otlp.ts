import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A log record or a point of a metric, with its attributes as an object. */
export interface Received {
  /** `logs`, or the name of the metric. */
  readonly of: string;
  readonly service: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** As it came. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Takes OTLP over HTTP as JSON, in the manner of a collector. */
export interface Collector {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves with the first one, from the start on, that is so. */
  until(isSo: (one: Received) => boolean): Promise<Received>;
  close(): void;
}

export async function startCollector(): Promise<Collector> {
  const received: Received[] = [];
  const news = new EventEmitter();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const known = request.method === 'POST' && ['/v1/logs', '/v1/metrics'].includes(request.url ?? '');
    response.writeHead(known ? 200 : 404, { 'Content-Type': 'application/json' }).end('{}');
    if (!known) return;
    received.push(...(request.url === '/v1/logs' ? logsIn(JSON.parse(body)) : pointsIn(JSON.parse(body))));
    news.emit('news');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async until(isSo) {
      for (;;) {
        const found = received.find(isSo);
        if (found !== undefined) return found;
        await once(news, 'news');
      }
    },
    close: () => void server.close().closeAllConnections(),
  };
}

const plain = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

// biome-ignore lint/suspicious/noExplicitAny: what a client sends has no type here, and a test looks at all of it
type Sent = any;

const logsIn = ({ resourceLogs }: Sent): Received[] =>
  resourceLogs.flatMap(({ resource, scopeLogs }: Sent) =>
    scopeLogs.flatMap(({ logRecords }: Sent) =>
      logRecords.map((record: Sent) => ({
        of: 'logs',
        service: plain(resource.attributes)['service.name'],
        attributes: plain(record.attributes),
        record,
      })),
    ),
  );

const pointsIn = ({ resourceMetrics }: Sent): Received[] =>
  resourceMetrics.flatMap(({ resource, scopeMetrics }: Sent) =>
    scopeMetrics.flatMap(({ metrics }: Sent) =>
      metrics.flatMap(({ name, ...metric }: Sent) =>
        (metric.sum ?? metric.histogram).dataPoints.map((record: Sent) => ({
          of: name,
          service: plain(resource.attributes)['service.name'],
          attributes: plain(record.attributes),
          record,
        })),
      ),
    ),
  );
