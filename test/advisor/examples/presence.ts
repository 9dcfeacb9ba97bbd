import { compose, deployment, fitting, healthcheck } from '../support.ts';
import { beside, type Examples, job, liveThroughSidecar } from './example.ts';

export const presenceExamples: Examples = {
  'readiness-missing': {
    drawn: [
      {
        manifest: deployment({ readinessProbe: undefined }),
        at: 'name: app',
        found: 'no readinessProbe',
        expected: 'one that asks /ready',
      },
    ],
    silent: [
      {
        because: 'no Service of the file sends traffic there',
        manifest: `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web } }\n---\n${deployment({ readinessProbe: undefined })}`,
      },
      { because: 'nobody sends traffic to a Job', manifest: job({ ports: fitting.ports }) },
      { because: 'the sidecar carries it', manifest: beside(liveThroughSidecar(8000)) },
    ],
  },
  'liveness-missing': {
    drawn: [
      {
        manifest: deployment({ livenessProbe: undefined }),
        at: 'name: app',
        found: 'no livenessProbe',
        expected: 'one that asks /health',
      },
    ],
    silent: [{ because: 'the application carries it', manifest: beside(liveThroughSidecar(8000)) }],
  },
  'healthcheck-missing': {
    drawn: [
      {
        manifest: compose({ healthcheck: undefined }),
        at: 'app:',
        found: 'no healthcheck',
        expected: 'one that runs `probity check`',
      },
    ],
    silent: [
      { because: "Probity's image brings one", manifest: compose({ image: 'probity:0.1.0', healthcheck: undefined }) },
    ],
  },
  'healthcheck-disabled': {
    drawn: [
      {
        manifest: compose({ healthcheck: { disable: true } }),
        at: 'healthcheck:',
        found: 'healthcheck switched off',
        expected: 'one that runs `probity check`',
      },
      {
        manifest: compose({ healthcheck: { test: ['NONE'] } }),
        at: 'healthcheck:',
        found: 'healthcheck switched off',
        expected: 'one that runs `probity check`',
      },
    ],
    silent: [{ because: 'it is on', manifest: compose(healthcheck({ disable: false })) }],
  },
  'depends-on-health': {
    drawn: [
      {
        manifest: compose({ depends_on: ['db'] }, { db: { healthcheck: { test: ['CMD', 'pg_isready'] } } }),
        at: 'db',
        found: 'app depends_on db',
        expected: 'db: {condition: service_healthy}',
      },
      {
        manifest: compose({}, { web: { image: 'web', depends_on: { app: {} } } }),
        at: 'app:',
        found: 'web depends_on app',
        expected: 'app: {condition: service_healthy}',
      },
      {
        manifest: compose(
          {},
          { web: { image: 'web', depends_on: ['db'] }, db: { healthcheck: { test: ['CMD', 'pg_isready'] } } },
        ),
        at: 'db',
        found: 'web depends_on db',
        expected: 'db: {condition: service_healthy}',
      },
    ],
    silent: [
      {
        because: 'the other one has no health check',
        manifest: compose({ depends_on: ['db'] }, { db: { image: 'db' } }),
      },
      {
        because: 'it is said on purpose',
        manifest: compose(
          { depends_on: { db: { condition: 'service_started' } } },
          { db: { healthcheck: { test: ['CMD', 'pg_isready'] } } },
        ),
      },
    ],
  },
};
