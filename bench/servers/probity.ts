import { serve } from '../../src/cli/commands/serve.ts';
import { report } from './child.ts';

await serve({
  config: process.env.CONFIG,
  env: { ...process.env, PORT: '0' },
  onListening: (url) => report(Number(new URL(url).port)),
});
process.exit();
