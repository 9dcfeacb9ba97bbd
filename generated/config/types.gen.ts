// This file is auto-generated from openapi/config.yaml by @hey-api/openapi-ts: do not edit.

import type { Duration } from '../../src/base/duration.ts';

/**
 * An address to listen on, such as 127.0.0.1 or ::1
 */
export type Host = string;

/**
 * A path to an OpenAPI document, to serve in place of the built-in one
 */
export type DocumentPath = string;

/**
 * A folder that the `$ref`s of the document may lead into; the document's own when left out
 */
export type DocumentFolder = string;

/**
 * A path to an OpenAPI overlay
 */
export type OverlayPath = string;

/**
 * An address to listen on for everything but the probes, such as 127.0.0.1; that of `host` when left out
 */
export type ManagementHost = string;

/**
 * A bearer token with the name of who holds it.
 */
export type Token = {
    name: TokenName;
    token: TokenSecret;
};

/**
 * A name of at most 63 letters, digits, `_` and `-` that begins with a letter
 */
export type TokenName = string;

/**
 * At least 16 letters, digits and -._~+/, as in the output of `openssl rand -hex 24`
 */
export type TokenSecret = string;

/**
 * A file of lines such as name:token
 */
export type TokensFile = string;

/**
 * What is guarded.
 */
export type Protected = 'checks' | 'metrics' | 'docs';

/**
 * A URL such as redis://user:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379
 */
export type FleetUrl = string;

/**
 * A name of at most 63 letters, digits, `_` and `-` that begins with a letter
 */
export type FleetName = string;

/**
 * The least that is logged.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * A name of at most 63 letters, digits, `_` and `-` that begins with a letter
 */
export type CheckName = string;

/**
 * A dependency, and how it is watched.
 */
export type CheckConfig = PostgresCheck | RedisCheck | RabbitmqCheck | HttpCheck;

/**
 * A PostgreSQL server, asked with a query.
 */
export type PostgresCheck = {
    /**
     * What the dependency is.
     */
    kind: 'postgres';
    url: PostgresUrl;
    /**
     * Whether a read-only standby counts as down.
     */
    writable?: boolean;
    label?: Label;
    requiredFor?: RequiredFor;
    interval?: Interval;
    timeout?: Timeout;
    staleAfter?: StaleAfter;
    failAfter?: FailAfter;
    recoverAfter?: RecoverAfter;
    canary?: Canary;
    certificateDays?: CertificateDays;
    tls?: Tls;
};

/**
 * A Redis server, asked with PING.
 */
export type RedisCheck = {
    /**
     * What the dependency is.
     */
    kind: 'redis';
    url: RedisUrl;
    /**
     * Whether a read-only replica counts as down.
     */
    writable?: boolean;
    label?: Label;
    requiredFor?: RequiredFor;
    interval?: Interval;
    timeout?: Timeout;
    staleAfter?: StaleAfter;
    failAfter?: FailAfter;
    recoverAfter?: RecoverAfter;
    canary?: Canary;
    certificateDays?: CertificateDays;
    tls?: Tls;
};

/**
 * A RabbitMQ broker, asked with a round trip on a channel.
 */
export type RabbitmqCheck = {
    /**
     * What the dependency is.
     */
    kind: 'rabbitmq';
    url: AmqpUrl;
    /**
     * Whether to publish as well, so that an alarm shows.
     */
    writable?: boolean;
    label?: Label;
    requiredFor?: RequiredFor;
    interval?: Interval;
    timeout?: Timeout;
    staleAfter?: StaleAfter;
    failAfter?: FailAfter;
    recoverAfter?: RecoverAfter;
    canary?: Canary;
    certificateDays?: CertificateDays;
    tls?: Tls;
};

/**
 * A service over HTTP, asked with GET.
 */
export type HttpCheck = {
    /**
     * What the dependency is.
     */
    kind: 'http';
    url: HttpUrl;
    /**
     * The status codes that count as up; any 2xx when left out.
     */
    status?: Array<number>;
    /**
     * A JSON Schema that the body must satisfy; any body will do when left out.
     */
    schema?: {
        [key: string]: unknown;
    };
    /**
     * The longest body that is read, in bytes; a longer one counts as down.
     */
    maxBytes?: number;
    /**
     * Headers to send, by name. Their values are secrets and are never shown.
     */
    headers?: {
        [key: string]: HeaderValue;
    };
    label?: Label;
    requiredFor?: RequiredFor;
    interval?: Interval;
    timeout?: Timeout;
    staleAfter?: StaleAfter;
    failAfter?: FailAfter;
    recoverAfter?: RecoverAfter;
    certificateDays?: CertificateDays;
    tls?: Tls;
};

/**
 * A name for people of at most 100 characters, as in "Database not available"
 */
export type Label = string;

/**
 * What fails with the check. `startup`, only until the service has started; `nothing`, it only degrades.
 */
export type RequiredFor = 'readiness' | 'startup' | 'nothing';

/**
 * From the start of one run to the start of the next.
 */
export type Interval = Duration;

/**
 * The deadline of a run.
 */
export type Timeout = Duration;

/**
 * A result older than this is stale, and stale counts as down; 3 × (interval + timeout) when left out.
 */
export type StaleAfter = Duration;

/**
 * Consecutive failures to go down.
 */
export type FailAfter = number;

/**
 * Consecutive successes to come back up.
 */
export type RecoverAfter = number;

/**
 * A duration such as 5m, false, or a mapping of `every` and `required`
 */
export type Canary = Duration | false | {
    /**
     * How often a fresh connection is tried.
     */
    every?: Duration;
    /**
     * Whether it counts like a run when it fails, instead of degrading.
     */
    required?: boolean;
};

/**
 * The check is degraded when the server's certificate expires within so many days.
 */
export type CertificateDays = number;

/**
 * How the server is known, and how it knows this client.
 */
export type Tls = {
    ca?: Pem;
    cert?: Pem;
    key?: Pem;
    servername?: ServerName;
};

/**
 * The path of a PEM file, which is read again when it changes, or PEM itself
 */
export type Pem = string;

/**
 * The name that the server's certificate has to have, such as db.example.com
 */
export type ServerName = string;

/**
 * A duration such as 800ms, 5s, 1m or 1h
 */
export type { Duration };

/**
 * A URL such as postgres://user:password@host:5432/database
 */
export type PostgresUrl = string;

/**
 * A URL such as redis://user:password@host:6379/0, or rediss:// for TLS
 */
export type RedisUrl = string;

/**
 * A URL such as amqp://user:password@host:5672/vhost, or amqps:// for TLS
 */
export type AmqpUrl = string;

/**
 * A URL such as https://host:443/path
 */
export type HttpUrl = string;

/**
 * A header name such as Authorization
 */
export type HeaderName = string;

/**
 * A string of one line, in quotes if it looks like a number
 */
export type HeaderValue = string;

/**
 * Probity configuration
 */
export type Config = {
    host?: Host;
    /**
     * The port to listen on; 0 takes any free one.
     */
    port?: number;
    contract?: DocumentPath;
    contractFolder?: DocumentFolder;
    /**
     * OpenAPI overlays that are laid over the document of one's own, one after the other.
     */
    overlays?: Array<OverlayPath>;
    /**
     * Which release of the service answers, for documents whose answers say so.
     */
    releaseId?: Label;
    /**
     * Whether the built-in document is served beside the one of one's own.
     */
    mergeContract?: boolean;
    /**
     * Liveness fails when the event loop has been stuck for longer.
     */
    maxEventLoopDelay?: Duration;
    /**
     * Whether failures may be simulated; on an address that others can reach only with tokens.
     */
    simulation?: boolean | {
        /**
         * Whether failures of checks may be simulated.
         */
        enabled?: boolean;
        /**
         * Whether liveness may be failed on purpose as well, which restarts the pod.
         */
        liveness?: boolean;
    };
    /**
     * Who may ask for more than the probes; without tokens, this machine alone.
     */
    access?: {
        /**
         * The bearer tokens that open what is guarded.
         */
        tokens?: Array<Token>;
        tokensFile?: TokensFile;
        /**
         * What is guarded as simulation is, beside it; probes never are, and an empty list opens the rest.
         */
        protect?: Array<Protected>;
    };
    /**
     * A listener of its own for everything but the probes.
     */
    management?: {
        /**
         * The port of that listener; 0 takes any free one.
         */
        port: number;
        host?: ManagementHost;
    };
    /**
     * How replicas share their faults.
     */
    fleet?: {
        redis: FleetUrl;
        name?: FleetName;
    };
    /**
     * How the service goes.
     */
    shutdown?: {
        /**
         * How long requests are still served after readiness has turned 503.
         */
        drainDelay?: Duration;
        /**
         * When the service ends at the latest, whatever is still open; counted from the signal.
         */
        deadline?: Duration;
        /**
         * Signals that let it go beside SIGTERM and SIGINT.
         */
        signals?: Array<'SIGHUP' | 'SIGQUIT'>;
    };
    /**
     * How long each program that tells of its progress may be silent, by the name of its heartbeat.
     */
    heartbeats?: {
        [key: string]: Duration;
    };
    /**
     * What is logged.
     */
    log?: {
        level?: LogLevel;
    };
    /**
     * The dependencies to watch, by name.
     */
    checks?: {
        [key: string]: CheckConfig;
    };
};
