/**
 * Installs the servers and the browser that the tests start, with apt-get, when some are missing and we may: as root, or
 * with a sudo that asks for no password. Otherwise says what to install and exits with 1. Silent when all is there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { postgresFolders } from './postgres.ts';
import { findProgram } from './process.ts';
import { rabbitmqFolders } from './rabbitmq.ts';

interface Requirement {
  /** A program that the tests run. */
  program: string;
  folders?: readonly string[];
  /** The package of Debian that brings it, and the services that this package starts. */
  package: string;
  services?: readonly string[];
}

const requirements: readonly Requirement[] = [
  { program: 'initdb', folders: postgresFolders(), package: 'postgresql', services: ['postgresql'] },
  { program: 'redis-server', package: 'redis-server', services: ['redis-server'] },
  { program: 'pgbouncer', package: 'pgbouncer', services: ['pgbouncer'] },
  { program: 'rabbitmq-server', folders: rabbitmqFolders, package: 'rabbitmq-server', services: ['rabbitmq-server'] },
  { program: 'chromium', package: 'chromium' },
  { program: 'openssl', package: 'openssl' },
  { program: 'setpriv', package: 'util-linux' },
  { program: 'promtool', package: 'prometheus', services: ['prometheus'] },
  { program: 'kubectl', package: 'kubernetes-client' },
  { program: 'docker-registry', package: 'docker-registry', services: ['docker-registry'] },
  { program: 'nats-server', package: 'nats-server', services: ['nats-server'] },
];

/** A command that failed, with what it printed. */
class CommandFailed extends Error {}

/** Root needs nothing before a command; others sudo, if it lets them. */
function root(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

function run(command: readonly string[]): void {
  const [path, ...args] = command as [string, ...string[]];
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new CommandFailed(`${command.join(' ')}\n${stdout}${stderr}`);
}

function install(become: readonly string[], missing: readonly Requirement[]): void {
  // In runlevel 1, Debian's scripts start no service. It is only said to them, not to the machine.
  const apt = [...become, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'PREVLEVEL=N', 'apt-get', '-qq'];
  const services = missing.flatMap((requirement) => requirement.services ?? []);
  withoutStarting(become, services, () => {
    run([...apt, 'update']);
    run([...apt, 'install', '--yes', '--no-install-recommends', ...missing.map((requirement) => requirement.package)]);
  });
}

/** systemd doesn't ask for the runlevel: there, a mask that is gone with the next boot keeps a new service from starting. */
function withoutStarting(become: readonly string[], services: readonly string[], work: () => void): void {
  if (!existsSync('/run/systemd/system') || services.length === 0) {
    work();
    return;
  }
  const systemctl = [...become, 'systemctl', '--quiet'];
  run([...systemctl, 'mask', '--runtime', ...services]);
  try {
    work();
  } finally {
    run([...systemctl, 'unmask', '--runtime', ...services]);
  }
  run([...systemctl, 'disable', ...services]);
}

const missing = requirements.filter(({ program, folders }) => findProgram(program, folders) === undefined);
if (missing.length > 0) {
  const packages = missing.map((requirement) => requirement.package).join(' ');
  const become = findProgram('apt-get') === undefined ? undefined : root();
  try {
    if (become === undefined)
      throw new CommandFailed(`The tests need more packages, as root: apt-get install ${packages}`);
    console.log(`Installing ${packages}`);
    install(become, missing);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
