/** @import { Check, CheckStatus, Facts, Lifecycle, Reason, Report, RequiredFor } from '../../../generated/contract/types.gen.ts' */
/** @typedef {'good' | 'warn' | 'bad' | 'unknown'} Tone */

const everyMs = 2_000;
const patienceMs = 4_000;
/** Whoever is refused is refused the next time as well: until somebody changes that, asking costs others an answer. */
const refusedEveryMs = 60_000;

/** @type {Readonly<Record<number, string>>} */
const refusals = {
  401: 'The details need a token',
  403: 'The details are not for this page',
  429: 'Too many attempts were refused',
};

/** @type {Record<Reason, string>} */
const reasons = {
  pending: 'Not known yet',
  timeout: 'No answer in time',
  stale: 'Latest result is too old',
  refused: 'Connection refused',
  dns: 'Name does not resolve',
  not_found: 'Does not exist there',
  tls: 'No secure connection',
  auth: 'Credentials refused',
  protocol: 'Speaks another protocol',
  unexpected_response: 'Unexpected answer',
  starting: 'Is starting',
  loading: 'Is loading its data',
  overloaded: 'Overloaded',
  too_many_connections: 'Too many connections',
  pool_saturated: 'Connection pool is full',
  blocked: 'Blocked',
  read_only: 'Read-only',
  master_down: 'Primary is down',
  wedged: 'Client is stuck',
  certificate_expiring: 'Certificate expires soon',
  unavailable: 'Not available',
};
/** @type {Record<CheckStatus, [string, Tone]>} */
const statuses = { pending: ['Pending', 'warn'], up: ['Up', 'good'], down: ['Down', 'bad'] };
/** @type {Record<Lifecycle, [string, Tone]>} */
const lifecycles = {
  starting: ['Starting', 'warn'],
  started: ['Started', 'good'],
  draining: ['Draining', 'warn'],
  stopped: ['Stopped', 'bad'],
};
/** @type {Record<RequiredFor, string>} */
const requirements = { readiness: 'Readiness', startup: 'Startup', nothing: 'Nothing' };
const probes = ['liveness', 'readiness', 'startup', 'lifecycle'];

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const figure = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const rows = /** @type {HTMLTableSectionElement} */ (byId('checks'));
let lastSeen = '';

/**
 * Writes what has changed and nothing else: a selection stays, and a screen reader speaks of news alone.
 *
 * @param {HTMLElement} node
 * @param {string} text
 * @param {Tone} [tone]
 */
function write(node, text, tone) {
  if (node.textContent !== text) node.textContent = text;
  if (tone !== undefined) node.dataset.tone = tone;
}

/** @param {Report} report */
function show({ lifecycle, live, ready, degraded, checks, process }) {
  headline(...summary({ lifecycle, live, ready, degraded }));
  write(byId('liveness'), live ? 'Alive' : 'Needs a restart', live ? 'good' : 'bad');
  write(byId('readiness'), ready ? 'Ready' : 'Not ready', ready ? 'good' : 'bad');
  const starting = lifecycle === 'starting';
  write(byId('startup'), starting ? 'Not yet' : 'Complete', starting ? 'warn' : 'good');
  write(byId('lifecycle'), ...lifecycles[lifecycle]);

  const known = new Set(checks.map(({ check }) => `check-${check}`));
  for (const row of [...rows.rows]) if (!known.has(row.id)) row.remove();
  for (const check of checks) showCheck(rowOf(check.check), check);

  write(byId('uptime'), span(process.uptimeSeconds));
  write(byId('memory'), mebibytes(process.rssBytes));
  write(byId('heap'), mebibytes(process.heapUsedBytes));
  write(byId('delay'), `${figure.format(process.eventLoopDelayMs)} ms`);
}

/** @returns {[string, Tone]} */
function summary(/** @type {Pick<Report, 'lifecycle' | 'live' | 'ready' | 'degraded'>} */ report) {
  if (!report.live) return ['Needs a restart', 'bad'];
  if (report.lifecycle === 'draining' || report.lifecycle === 'stopped') return ['Shutting down', 'warn'];
  if (!report.ready) return report.lifecycle === 'starting' ? ['Starting', 'warn'] : ['Takes no traffic', 'bad'];
  return report.degraded ? ['Takes traffic, but not all is well', 'warn'] : ['Takes traffic', 'good'];
}

/** @type {(text: string, tone: Tone) => void} */
function headline(text, tone) {
  write(byId('headline'), text, tone);
  document.title = `${text} · Probity`;
}

/** @type {(name: string) => HTMLElement} */
function rowOf(name) {
  const found = document.getElementById(`check-${name}`);
  if (found) return found;
  const template = /** @type {HTMLTemplateElement} */ (byId('row'));
  const row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  row.id = `check-${name}`;
  rows.append(row);
  return row;
}

/** @type {(row: HTMLElement, check: Check) => void} */
function showCheck(row, entry) {
  const { check, label, status, requiredFor, simulated, since, lastRun, facts } = entry;
  const cell = (/** @type {string} */ name) => /** @type {HTMLElement} */ (row.querySelector(`[data-cell="${name}"]`));
  write(cell('label'), label);
  write(cell('name'), check);
  write(cell('status'), ...statuses[status]);
  write(cell('simulated'), simulated ? 'simulated' : '');
  write(cell('reason'), why(entry));
  write(cell('requiredFor'), requirements[requiredFor]);
  write(cell('since'), moment(new Date(since)));
  write(cell('lastRun'), lastRun === undefined ? '–' : `${figure.format(lastRun.durationMs)} ms, ${lastRun.outcome}`);
  write(cell('facts'), facts === undefined ? '' : listed(facts));
}

/** @type {(check: Check) => string} */
function why({ status, reason, lastRun, canary, certificate }) {
  if (reason === undefined) return '–';
  const isOutlook = status === 'up' && lastRun?.outcome === 'ok';
  if (!isOutlook) return reasons[reason];
  if (canary?.reason === reason) return `New connections: ${reasons[reason].toLowerCase()}`;
  return certificate ? `${reasons[reason]}: ${dateAndTime.format(new Date(certificate.expires))}` : reasons[reason];
}

const listed = (/** @type {Facts} */ facts) =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');

/** @param {number} seconds */
function span(seconds) {
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days} d ${(hours ?? 0) % 24} h`;
  if (hours) return `${hours} h ${(minutes ?? 0) % 60} min`;
  return minutes ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(seconds)} s`;
}

/** The date only when it is not today's. */
const moment = (/** @type {Date} */ date) =>
  (date.toDateString() === new Date().toDateString() ? time : dateAndTime).format(date);

const mebibytes = (/** @type {number} */ bytes) => `${figure.format(bytes / 2 ** 20)} MiB`;

/** What was seen stays, marked as past; what is cannot be said. */
function lose(/** @type {string} */ what, /** @type {string} */ why) {
  headline(what, 'unknown');
  for (const probe of probes) write(byId(probe), 'Unknown', 'unknown');
  write(byId('trouble'), lastSeen === '' ? why : `${why} What stands below was seen at ${lastSeen}.`);
}

/** The service answers, and says why not to this page. */
async function refused(/** @type {Response} */ response) {
  const { detail } = await response.json();
  lose(refusals[response.status] ?? '', `The service says: ${detail}.`);
}

async function refresh() {
  let lost = true;
  let pause = everyMs;
  try {
    const response = await fetch('checks', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) });
    if (response.status in refusals) {
      pause = refusedEveryMs;
      await refused(response);
    } else {
      if (!response.ok) throw new Error(`status ${response.status}`);
      show(await response.json());
      lastSeen = moment(new Date());
      lost = false;
    }
  } catch (error) {
    lose('The service cannot be reached', `No usable answer: ${error instanceof Error ? error.message : error}.`);
  }
  byId('trouble').hidden = !lost;
  byId('seen').classList.toggle('past', lost);
  setTimeout(refresh, pause);
}

void refresh();
