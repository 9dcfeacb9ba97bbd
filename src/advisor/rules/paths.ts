import { nearest } from '../../base/nearest.ts';
import type { Probe } from '../program.ts';
import type { Question } from '../question.ts';
import { operationAsked, pathsOf } from '../selection.ts';
import type { ServiceFacts } from '../service-facts.ts';
import { everyKind, forQuestions, kubernetesProbes, type LintRule, type ServiceRule } from './rule.ts';

/** `/checks/{check}` stands for `/checks/database`. */
const isOtherPath = ({ otherPaths }: ServiceFacts, path: string): boolean =>
  otherPaths.some((other) => {
    const [ours, theirs] = [other.split('/'), path.split('/')];
    return ours.length === theirs.length && ours.every((part, index) => part.startsWith('{') || part === theirs[index]);
  });

/** The path that was probably meant, or else those of the kind. A health check may ask for readiness or liveness. */
function meant(facts: ServiceFacts, { path }: Question, { kind }: Probe): string {
  const known = kind === 'health' ? [...pathsOf(facts, kind), ...pathsOf(facts, 'liveness')] : pathsOf(facts, kind);
  return nearest(path, known) ?? oneOf(facts, kind);
}

const oneOf = (facts: ServiceFacts, kind: Probe['kind']): string =>
  pathsOf(facts, kind).join(' or ') || `a path of the contract, which has none for ${kind}`;

const asks = ({ name }: Probe, { path }: Question): string => `${name} asks ${path}`;

const pathUnknown: ServiceRule = {
  id: 'path-unknown',
  needs: 'service',
  severity: 'error',
  what: 'A probe asks a path that the contract in force does not have.',
  why: 'The answer is 404 for ever.',
  source: 'nestjs/terminus#2563',
  complain: forQuestions(everyKind, (question, probe, { facts }) => {
    if (operationAsked(facts, question) || isOtherPath(facts, question.path)) return undefined;
    return { place: question.place, found: asks(probe, question), expected: meant(facts, question, probe) };
  }),
};

const pathNoProbe: ServiceRule = {
  id: 'path-no-probe',
  needs: 'service',
  severity: 'warning',
  what: 'A probe asks an operation of the contract that has no `x-probe`, such as `/metrics` or `/checks`.',
  why: 'It answers 200 whatever the state is, or 401 where it is guarded.',
  source: '`openapi/probity.yaml`',
  complain: forQuestions(everyKind, (question, probe, { facts }) => {
    if (operationAsked(facts, question) || !isOtherPath(facts, question.path)) return undefined;
    return { place: question.place, found: asks(probe, question), expected: oneOf(facts, probe.kind) };
  }),
};

/** Probes of one kind that ask an operation of another one. */
const crossing = (kind: Probe['kind'], asked: readonly string[]): ServiceRule['complain'] =>
  forQuestions([kind], (question, probe, { facts }) => {
    const operation = operationAsked(facts, question);
    if (operation === undefined || !asked.includes(operation.kind)) return undefined;
    const found = `${asks(probe, question)} (x-probe: ${operation.kind})`;
    return { place: question.place, found, expected: oneOf(facts, kind) };
  });

const livenessAsksDependencies: ServiceRule = {
  id: 'liveness-asks-dependencies',
  needs: 'service',
  severity: 'error',
  what: 'A liveness probe asks a readiness or a startup operation.',
  why: 'A dependency that is down would restart every replica, which mends nothing.',
  source: 'mozmeao/infra#660, pawtograder#946, kubernetes#111290',
  complain: crossing('liveness', ['readiness', 'startup']),
};

const readinessAsksNoCheck: ServiceRule = {
  id: 'readiness-asks-no-check',
  needs: 'service',
  severity: 'error',
  what: 'A readiness probe asks a liveness or a startup operation.',
  why: 'It would succeed while a required dependency is down, and while the process drains.',
  source: kubernetesProbes,
  complain: crossing('readiness', ['liveness', 'startup']),
};

const startupAsksReadiness: ServiceRule = {
  id: 'startup-asks-readiness',
  needs: 'service',
  severity: 'warning',
  what: 'A startup probe asks a readiness operation.',
  why: 'A dependency that is merely required for readiness would restart a container that starts without it.',
  source: kubernetesProbes,
  complain: crossing('startup', ['readiness']),
};

export const pathRules: readonly LintRule[] = [
  pathUnknown,
  pathNoProbe,
  livenessAsksDependencies,
  readinessAsksNoCheck,
  startupAsksReadiness,
];
