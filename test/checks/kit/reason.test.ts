import { describe, expect, it } from 'vitest';
import { explainer, explainNetworkError } from '../../../src/checks/kit/reason.ts';
import { CheckFailure } from '../../../src/health/checker.ts';

const coded = (code: string) => Object.assign(new Error('failed'), { code });

describe('explainNetworkError', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'unavailable'],
    ['EPIPE', 'unavailable'],
    ['ENETUNREACH', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['EPROTO', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['EWHATEVER', 'unavailable'],
    ['constructor', 'unavailable'],
    ['__proto__', 'unavailable'],
  ])('takes %s for %s', (code, reason) => {
    expect(explainNetworkError(coded(code))).toBe(reason);
  });

  it('takes an abort for the deadline', () => {
    expect(explainNetworkError(AbortSignal.abort().reason)).toBe('timeout');
    expect(explainNetworkError(new DOMException('', 'TimeoutError'))).toBe('timeout');
  });

  it('knows the reason that a failure brings along', () => {
    expect(explainNetworkError(new CheckFailure('read_only', 'no writes'))).toBe('read_only');
    expect(explainNetworkError(new Error('wrapped', { cause: new CheckFailure('loading', 'later') }))).toBe('loading');
  });

  it('looks through causes, however deep, and through gathered errors', () => {
    expect(explainNetworkError(new Error('a', { cause: new Error('b', { cause: coded('ECONNREFUSED') }) }))).toBe(
      'refused',
    );
    expect(explainNetworkError(new AggregateError([new Error('?'), coded('ENOTFOUND'), coded('ECONNREFUSED')]))).toBe(
      'dns',
    );
  });

  it('prefers what the error itself says', () => {
    expect(explainNetworkError(Object.assign(coded('ETIMEDOUT'), { cause: coded('ECONNREFUSED') }))).toBe('timeout');
  });

  it('ends with errors that are their own cause, and with thousands of them', () => {
    const circular = new Error('round');
    circular.cause = new Error('and round', { cause: circular });
    expect(explainNetworkError(circular)).toBe('unavailable');
    expect(explainNetworkError(new AggregateError(Array.from({ length: 100_000 }, () => new Error('x'))))).toBe(
      'unavailable',
    );
  });

  const throwing = {
    get code(): string {
      throw new Error('no');
    },
  };
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
      getPrototypeOf: () => {
        throw new Error('no');
      },
      has: () => {
        throw new Error('no');
      },
    },
  );
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'ECONNREFUSED'],
    ['a number', 42],
    ['a symbol', Symbol('x')],
    ['a function', () => {}],
    ['an empty object', Object.create(null)],
    ['a code that is no string', { code: 57, message: null, cause: 0, errors: 'x' }],
    ['a getter that throws', throwing],
    ['a proxy that throws', hostile],
    ['a revoked proxy', revoked.proxy],
  ])('never throws, given %s', (_, value) => {
    expect(explainNetworkError(value)).toBe('unavailable');
  });
});

describe('explainer', () => {
  const explain = explainer(({ message }) => (message.includes('busy') ? 'overloaded' : undefined));

  it('asks its rules first, of every error in turn', () => {
    expect(explain(Object.assign(coded('ECONNREFUSED'), { message: 'busy' }))).toBe('overloaded');
    expect(explain(new Error('outer', { cause: new Error('busy') }))).toBe('overloaded');
    expect(explain('busy')).toBe('overloaded');
  });

  it('knows the network without being told', () => {
    expect(explain(coded('ECONNREFUSED'))).toBe('refused');
  });

  it('survives a rule that throws', () => {
    const broken = explainer(() => {
      throw new Error('no');
    });
    expect(broken(coded('ECONNREFUSED'))).toBe('unavailable');
  });
});
