/**
 * A consumer without any HTTP of its own. Probes have a port of their own, in a worker thread, so that a message that
 * takes long to compute does not look like a hang; a consumer that makes no progress does.
 */
import amqp, { type ChannelModel } from 'amqplib';
import { createProbity, duration, rabbitmq } from 'probity';

const { AMQP_URL = 'amqp://127.0.0.1', PORT = '9000', DRAIN_DELAY = '1s', QUEUE = 'work' } = process.env;
let connection: ChannelModel | undefined;

const probity = createProbity({
  checks: { queue: rabbitmq(() => connection) },
  // Nobody sends requests here that would have to go elsewhere first.
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
  explicitStart: true,
});
const { port } = await probity.listen(Number(PORT), { host: '127.0.0.1', isolate: true });
probity.manage();

connection = await amqp.connect(AMQP_URL);
const channel = await connection.createChannel();
await channel.assertQueue(QUEUE);
const beat = probity.heartbeat('consumer', '30s');
// A queue without messages is no hang: the broker's answer is progress enough.
const idle = setInterval(() => channel.checkQueue(QUEUE).then(beat), 10_000);
const { consumerTag } = await channel.consume(QUEUE, (message) => {
  if (message === null) return;
  console.log(`consumed ${message.content}`);
  channel.ack(message);
  beat();
});
// Runs last to first: stop consuming, then close what the consumer used.
probity.onShutdown(() => connection?.close());
probity.onShutdown(() => channel.cancel(consumerTag));
probity.onShutdown(() => clearInterval(idle));
probity.started();
console.log(`listening ${JSON.stringify({ port })}`);
