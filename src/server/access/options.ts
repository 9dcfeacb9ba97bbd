import { rangeError } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { defaultProtect, type Protected, protectable } from '../../contract/access.ts';

/** A bearer token with the name of who holds it. */
export interface Token {
  readonly name: string;
  readonly token: string;
}

/** Who may ask for more than the probes. */
export interface Access {
  readonly tokens: readonly Token[];
  readonly protect: readonly Protected[];
}

export interface AccessOptions {
  /** The bearer tokens that open what is guarded. With any, one is needed everywhere, on loopback as well. */
  tokens?: readonly Token[] | undefined;
  /** What is guarded as simulation is, beside it: `checks` when left out. */
  protect?: readonly Protected[] | undefined;
}

/** As in openapi/config.yaml: shorter ones can be guessed, and others cannot be sent. */
const tokenPattern = /^[A-Za-z0-9._~+/-]{16,512}=*$/;

/** @throws RangeError when `protect` names what cannot be protected: it would be open */
export function accessOf({ tokens = [], protect = defaultProtect }: AccessOptions): Access {
  const unknown = protect.find((one) => !protectable.includes(one));
  if (unknown !== undefined)
    throw rangeError(
      'PROBITY_OPTION',
      `Expected \`access.protect\` to name ${protectable.join(', ')}, got \`${unknown}\``,
    );
  return { tokens, protect };
}

/** @throws RangeError naming the option; a token is never shown */
export function proveTokens(tokens: readonly Token[]): void {
  if (!Array.isArray(tokens) || !tokens.every((one) => typeof one?.name === 'string' && one.name !== ''))
    throw rangeError('PROBITY_TOKEN', 'Expected `access.tokens` to be a list of tokens that have a name each');
  const names = tokens.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw rangeError('PROBITY_TOKEN', `Expected one token named \`${twice}\` in \`access.tokens\`, got two`);
  const wrong = tokens.find(({ token }) => !tokenPattern.test(token));
  if (wrong !== undefined)
    throw rangeError(
      'PROBITY_TOKEN',
      `Expected the token \`${wrong.name}\` in \`access.tokens\` to be at least 16 letters, digits and -._~+/`,
    );
}

/**
 * Without a token only this machine is let in. Whoever simulates, or protects more than is protected anyway, and listens
 * for others has forgotten the token.
 *
 * @param option the option that names the listener's host
 * @throws RangeError when they could
 */
export function proveAccess({ tokens, protect }: Access, simulation: boolean, host: string, option: string): void {
  if (tokens.length > 0 || isLoopback(host)) return;
  if (simulation)
    throw rangeError(
      'PROBITY_ACCESS',
      `Expected a loopback \`${option}\` or \`access.tokens\` while \`simulation\` is on, got \`${host}\``,
    );
  if (protect.some((one) => !defaultProtect.includes(one)))
    throw rangeError(
      'PROBITY_ACCESS',
      `Expected a loopback \`${option}\` or \`access.tokens\` for what \`access.protect\` names, got \`${host}\``,
    );
}
