import type { CheckConfig, Config, LogLevel } from '../../generated/config/types.gen.ts';
import type { Duration } from '../duration.ts';
import { defaultShutdown } from '../lifecycle/defaults.ts';
import type { FurtherSignal } from '../lifecycle/signals.ts';
import { defaultMaxEventLoopDelay } from '../monitor/process.ts';
import { environmentSource } from './environment.ts';
import { fileSource } from './file.ts';
import { tokensSource } from './tokens.ts';
import { validated } from './validate.ts';

export type { CheckConfig, LogLevel };

/** What the service is started with; see openapi/config.yaml for what each means. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly simulation: NonNullable<Config['simulation']>;
  /** The built-in contract when left out. */
  readonly contract?: string;
  readonly mergeContract: boolean;
  /** Absent where nobody needs a token and nothing is protected. */
  readonly access?: Pick<NonNullable<Config['access']>, 'tokens' | 'protect'>;
  readonly management?: Config['management'];
  readonly fleet?: Config['fleet'];
  readonly maxEventLoopDelay: Duration;
  readonly logLevel: LogLevel;
  readonly shutdown: {
    readonly drainDelay: Duration;
    readonly deadline: Duration;
    readonly signals?: readonly FurtherSignal[];
  };
  /** How long each may be silent, by name. */
  readonly heartbeats: Readonly<Record<string, Duration>>;
  /** By name. Durations and defaults of a check are left to where checks are made. */
  readonly checks: Readonly<Record<string, CheckConfig>>;
}

/** Where settings are looked for. */
export interface SettingsOptions {
  /** A YAML file, from `folder`; `probity.yaml` there when left out, which need not exist. */
  file?: string | undefined;
  /** The working folder. */
  folder?: string | undefined;
  env: NodeJS.ProcessEnv;
}

/** The only place where these defaults stand; the configuration's schema repeats them for readers, held by a test. */
export const defaultSettings: Settings = {
  host: '127.0.0.1',
  port: 8000,
  simulation: false,
  mergeContract: false,
  maxEventLoopDelay: defaultMaxEventLoopDelay,
  logLevel: 'info',
  shutdown: defaultShutdown,
  heartbeats: {},
  checks: {},
};

/**
 * Reads the settings from a file and from the environment.
 *
 * `HOST`, `PORT`, `SIMULATION`, `LOG_LEVEL`, `DRAIN_DELAY` and what belongs to access, management and fleet win over the
 * file, so that one image with one file runs anywhere (https://12factor.net/config). The checks come from the file when
 * there is one, and it refers to the environment by
 * `${NAME}`; only without a file do `DATABASE_URL`, `REDIS_URL`, `AMQP_URL` and `EXTERNAL_SERVICE_URL` make the checks
 * `database`, `cache`, `queue` and `external_service`. An empty variable is an unset one.
 *
 * @throws ConfigError for the first mistake, in one line that shows no secret.
 */
export async function loadSettings({ file, folder = '.', env }: SettingsOptions): Promise<Settings> {
  const source = await fileSource(file, folder, env);
  const written: Config = source === undefined ? {} : validated(source);
  const given = validated(environmentSource(env, source === undefined));
  const management = given.management ?? written.management;
  const fleet = given.fleet ?? written.fleet;
  return {
    host: given.host ?? written.host ?? defaultSettings.host,
    port: given.port ?? written.port ?? defaultSettings.port,
    simulation: given.simulation ?? written.simulation ?? defaultSettings.simulation,
    ...(written.contract === undefined ? {} : { contract: written.contract }),
    mergeContract: written.mergeContract ?? defaultSettings.mergeContract,
    ...accessIn(written, given, folder),
    ...(management && { management }),
    ...(fleet && { fleet }),
    maxEventLoopDelay: written.maxEventLoopDelay ?? defaultSettings.maxEventLoopDelay,
    logLevel: given.log?.level ?? written.log?.level ?? defaultSettings.logLevel,
    shutdown: { ...defaultSettings.shutdown, ...written.shutdown, ...given.shutdown },
    heartbeats: written.heartbeats ?? defaultSettings.heartbeats,
    checks: given.checks ?? written.checks ?? defaultSettings.checks,
  };
}

/** The tokens of the environment or of the configuration, and those of the file that either names. */
function accessIn(written: Config, given: Config, folder: string): Pick<Settings, 'access'> {
  if (written.access === undefined && given.access === undefined) return {};
  const { tokens = [], tokensFile, protect = [] } = { ...written.access, ...given.access };
  const filed = tokensFile === undefined ? [] : (validated(tokensSource(tokensFile, folder)).access?.tokens ?? []);
  return { access: { tokens: [...tokens, ...filed], protect } };
}
