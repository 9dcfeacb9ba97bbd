import type { CheckConfig, Config, LogLevel, Token } from '../../generated/config/types.gen.ts';
import type { Duration } from '../base/duration.ts';
import { defaultMaxEventLoopDelay } from '../monitor/process.ts';
import { defaultShutdown } from '../shutdown/defaults.ts';
import type { FurtherSignal } from '../shutdown/signals.ts';
import { environmentSource } from './environment.ts';
import { fileSource } from './file.ts';
import { laidOver } from './layers.ts';
import type { Source } from './source.ts';
import { readTokens, tokensSource } from './tokens.ts';
import { validated } from './validate.ts';

export type { CheckConfig, LogLevel };

/** What the service is started with; see openapi/config.yaml for what each means. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly simulation: NonNullable<Config['simulation']>;
  /** The built-in contract when left out. */
  readonly contract?: string;
  /** Where the contract's `$ref`s may lead; its own folder when left out. */
  readonly contractFolder?: string;
  /** Overlays that are laid over the contract, one after the other. */
  readonly overlays?: readonly string[];
  readonly mergeContract: boolean;
  /** Which release of the service answers. */
  readonly releaseId?: string;
  /** Absent where nothing is said of it: then nobody needs a token, and what is protected by default is. */
  readonly access?: Pick<NonNullable<Config['access']>, 'tokens' | 'protect'>;
  /** Whose tokens are in `access` already, and may change. */
  readonly tokensFile?: TokensFile;
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

/** A file with tokens, as it was read. */
export interface TokensFile {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  /** The tokens that stand elsewhere. */
  readonly besides: readonly Token[];
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
 * `HOST`, `PORT`, `RELEASE_ID`, `SIMULATION`, `LOG_LEVEL`, `DRAIN_DELAY` and what belongs to access, management and fleet
 * win over the file, key by key, so that one image with one file runs anywhere (https://12factor.net/config). The checks come from the
 * file when there is one, and it refers to the environment by `${NAME}`: the application beside has a `DATABASE_URL` of
 * its own. Only without a file does the variable of each kind, as in {@link kinds}, make a check. An empty variable is an
 * unset one.
 *
 * @throws ConfigError for the first mistake, in one line that shows no secret.
 */
export async function loadSettings({ file, folder = '.', env }: SettingsOptions): Promise<Settings> {
  const config = configOf(await fileSource(file, folder, env), env);
  const { contract, contractFolder, overlays, releaseId, access, management, fleet } = config;
  return {
    host: config.host ?? defaultSettings.host,
    port: config.port ?? defaultSettings.port,
    simulation: config.simulation ?? defaultSettings.simulation,
    ...(contract === undefined ? {} : { contract }),
    ...(contractFolder === undefined ? {} : { contractFolder }),
    ...(overlays === undefined ? {} : { overlays }),
    ...(releaseId === undefined ? {} : { releaseId }),
    mergeContract: config.mergeContract ?? defaultSettings.mergeContract,
    ...(access && accessOf(access, folder)),
    ...(management && { management }),
    ...(fleet && { fleet }),
    maxEventLoopDelay: config.maxEventLoopDelay ?? defaultSettings.maxEventLoopDelay,
    logLevel: config.log?.level ?? defaultSettings.logLevel,
    shutdown: { ...defaultSettings.shutdown, ...config.shutdown },
    heartbeats: config.heartbeats ?? defaultSettings.heartbeats,
    checks: config.checks ?? defaultSettings.checks,
  };
}

/** Both orders are judged: what the environment overrides in the file is to be right as well. */
function configOf(file: Source | undefined, env: NodeJS.ProcessEnv): Config {
  const given = environmentSource(env, file === undefined);
  if (file === undefined) return validated(given);
  validated(laidOver(file, given));
  return validated(laidOver(given, file));
}

/** The tokens that stand in the settings, and those of the file that they name. */
function accessOf(access: NonNullable<Config['access']>, folder: string): Pick<Settings, 'access' | 'tokensFile'> {
  const { tokens = [], tokensFile: file, protect } = access;
  const protecting = protect && { protect };
  if (file === undefined) return { access: { tokens, ...protecting } };
  const text = readTokens(file, folder);
  const filed = validated(tokensSource(text, file)).access?.tokens ?? [];
  const all = [...tokens, ...filed];
  return { access: { tokens: all, ...protecting }, tokensFile: { file, folder, text, besides: tokens } };
}
