import { compose, deployment } from '../support.ts';
import type { Examples } from './example.ts';

export const signalsExamples: Examples = {
  'sigterm-swallowed': {
    drawn: [
      {
        manifest: deployment({ command: ['npm', 'start'] }),
        at: 'command:',
        found: 'PID 1 is npm',
        expected: 'the program itself, or exec before it',
      },
      {
        manifest: compose({ image: 'node:24', command: 'sh -c "node migrate.js; node server.js"' }),
        at: 'sh -c',
        found: 'PID 1 is sh -c',
        expected: 'the program itself, or exec before it',
      },
      {
        manifest: compose({ image: 'node:24', command: 'sh -c "node server.js"' }),
        at: 'sh -c',
        found: 'PID 1 is sh -c',
        expected: 'the program itself, or exec before it',
      },
      {
        manifest: deployment({ image: 'node:24-slim', args: ['sh', '-c', 'npm run migrate && exec yarn start'] }),
        at: 'args:',
        found: 'PID 1 is yarn',
        expected: 'the program itself, or exec before it',
      },
      {
        manifest: deployment({ command: ['sh', '-c', 'npx prisma migrate deploy && npm start'] }),
        at: 'command:',
        found: 'PID 1 is sh -c',
        expected: 'the program itself, or exec before it',
      },
      {
        file: 'Dockerfile',
        manifest: 'FROM node:24\nUSER 1000\nCMD node server.js\n',
        at: 'CMD node',
        found: 'PID 1 is sh -c',
        expected: 'the program itself, or exec before it',
      },
      {
        file: 'Dockerfile',
        manifest: 'FROM node:24-alpine\nUSER 1000\nENTRYPOINT ["npm"]\nCMD ["start"]\n',
        at: 'ENTRYPOINT',
        found: 'PID 1 is npm',
        expected: 'the program itself, or exec before it',
      },
    ],
    silent: [
      {
        because: 'PID 1 is another one',
        manifest: deployment({ command: ['npm', 'start'] }, { shareProcessNamespace: true }),
      },
      { because: 'it is the program', manifest: deployment({ command: ['node', 'server.js'] }) },
      {
        because: 'the shell becomes the program',
        manifest: compose({ image: 'node:24', command: 'sh -c "node migrate.js && exec node server.js"' }),
      },
      {
        because: 'bash becomes the last program',
        manifest: deployment({ image: 'node:24', command: ['bash', '-c', 'node server.js'] }),
      },
      { because: 'PID 1 is Docker’s own', manifest: compose({ image: 'node:24', command: 'npm start', init: true }) },
      {
        because: 'PID 1 passes signals on to all',
        manifest: deployment({ command: ['dumb-init', 'npm', 'start'] }),
      },
      {
        because: 'the shell passes it on',
        manifest: deployment({
          image: 'node:24',
          command: ['sh', '-c', 'trap "kill $pid" TERM; node server.js & pid=$!; wait $pid'],
        }),
      },
    ],
  },
  'stop-signal': {
    drawn: [
      {
        manifest: compose({ stop_signal: 'SIGKILL' }),
        at: 'SIGKILL',
        found: 'stopped with SIGKILL',
        expected: 'SIGTERM, the default',
      },
      {
        manifest: deployment({ lifecycle: { stopSignal: 'SIGKILL' } }),
        at: 'SIGKILL',
        found: 'stopped with SIGKILL',
        expected: 'SIGTERM, the default',
      },
    ],
    silent: [
      {
        because: 'SIGQUIT can be handled',
        file: 'Dockerfile',
        manifest: 'FROM node:24\nUSER 1000\nSTOPSIGNAL SIGQUIT\nCMD ["node", "server.js"]\n',
      },
      { because: 'SIGINT can be handled', manifest: compose({ stop_signal: 'SIGINT' }) },
    ],
  },
  'runs-as-root': {
    drawn: [
      {
        file: 'Dockerfile',
        manifest: 'FROM node:24 AS build\nUSER 1000\nFROM node:24-slim\nCMD ["node", "server.js"]\n',
        at: 'FROM node:24-slim',
        found: 'no USER',
        expected: 'a user by number, such as 1000',
      },
      {
        file: 'shop.Dockerfile',
        manifest: 'FROM gcr.io/distroless/nodejs24\nUSER root:root\nCMD ["server.js"]\n',
        at: 'USER root',
        found: 'USER root',
        expected: 'a user by number, such as 1000',
      },
    ],
    silent: [
      {
        because: 'it is another one',
        file: 'Dockerfile',
        manifest: 'FROM node:24\nUSER node\nCMD ["node", "server.js"]\n',
      },
      {
        because: 'the stage that it is made from has one',
        file: 'Dockerfile',
        manifest: 'FROM node:24 AS base\nUSER 1000\nFROM base\nCMD ["node", "server.js"]\n',
      },
    ],
  },
};
