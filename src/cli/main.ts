#!/usr/bin/env node
import { defineCommand, runMain } from 'citty';

const main = defineCommand({
  meta: { name: 'probity', description: 'Health, readiness and startup probes that answer from an OpenAPI contract' },
  subCommands: {
    // Imported when asked for: a command does not pay for the others.
    contract: () => import('./contract.ts').then(({ contractCommand }) => contractCommand),
    lint: () => import('./lint.ts').then(({ lintCommand }) => lintCommand),
    manifest: () => import('./manifest.ts').then(({ manifestCommand }) => manifestCommand),
    serve: () => import('./serve.ts').then(({ serveCommand }) => serveCommand),
    verify: () => import('./verify.ts').then(({ verifyCommand }) => verifyCommand),
  },
});

await runMain(main);
