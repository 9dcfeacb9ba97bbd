import { isLoopback } from '../../base/loopback.ts';
import { urlVariables } from '../../config/environment.ts';
import { goodSecrets, type LintRule, type ServiceRule } from './rule.ts';

const tokenVariables = ['PROBITY_TOKENS', 'PROBITY_TOKENS_FILE'];

const simulationOpen: ServiceRule = {
  id: 'simulation-open',
  needs: 'service',
  severity: 'error',
  what:
    'Simulation is on, by `SIMULATION` or by the configuration, on an address that others can reach, and there ' +
    'are no tokens.',
  why: 'The service refuses to start: whoever reaches it could make it fail.',
  source: 'CVE-2025-59358 (Chaos Mesh), `src/server/access/options.ts`',
  complain: ({ program: { variables, hasMoreVariables, place }, facts, isService }) => {
    const written = variables.get('SIMULATION');
    const isOn = written === undefined ? facts.simulation : written.value === 'true';
    const tokens = facts.tokens || hasMoreVariables || tokenVariables.some((name) => variables.has(name));
    if (!isOn || !isService || tokens || isLoopback(facts.host)) return [];
    const found = `SIMULATION true, HOST ${facts.host}, no PROBITY_TOKENS`;
    return [{ place: written?.place ?? place, found, expected: 'PROBITY_TOKENS from a Secret' }];
  },
};

/** `$NAME` and `${NAME:-default}` of the shell, `$(NAME)` of Kubernetes. */
const reference = /\$\{[^}]*\}|\$\(\w+\)|\$\w+/g;

/** A password that stands there itself, not as a reference to another variable. */
const hasPassword = (url: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:(?!\$)[^/?#@]+@/i.test(url.replaceAll(reference, '$'));

const secretPlain: ServiceRule = {
  id: 'secret-plain',
  needs: 'service',
  severity: 'warning',
  what: 'A URL with a password, or `PROBITY_TOKENS`, stands in the environment as it is.',
  why: 'Whoever reads the manifest, or describes the pod, has the secret.',
  source: goodSecrets,
  complain: ({ program: { variables, platform }, isService }) => {
    const expected = platform === 'kubernetes' ? 'valueFrom.secretKeyRef' : 'a variable of the shell, or env_file';
    if (!isService) return [];
    return [...variables].flatMap(([name, { value = '', place }]) => {
      const isToken = name === 'PROBITY_TOKENS' && value !== '' && !value.includes('$');
      if (!isToken && !(urlVariables.includes(name) && hasPassword(value))) return [];
      return [{ place, found: `${name} has ${isToken ? 'tokens' : 'a password'} in plain text`, expected }];
    });
  },
};

export const environmentRules: readonly LintRule[] = [simulationOpen, secretPlain];
