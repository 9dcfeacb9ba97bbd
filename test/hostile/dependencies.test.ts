import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources, until } from '../checks/support.ts';
import { type Chance, createChance } from '../simulation/chance.ts';
import { broken, type Damage, flooded, mostOfFlood, unasked, wrong } from './damage.ts';
import { escapes } from './escapes.ts';
import { type HostileProxy, startHostileProxy } from './hostile-proxy.ts';
import { ordeal } from './ordeal.ts';
import { seed } from './seeds.ts';
import { type Kind, kinds, type Subject, subjectOf } from './subjects.ts';

/** So many ordeals of a kind go on at once. With more, PostgreSQL has no time to begin a process for each of their connections. */
const atOnce = 10;

/** So many places of a conversation meet each kind of damage: all of a short one. */
const places = 16;

interface Case {
  readonly name: string;
  readonly damage: Damage;
  readonly at: number;
}

/** Each byte of a short conversation; of a longer one where its pieces end, and others by chance. */
function placesIn(ends: readonly number[], chance: Chance): number[] {
  const length = ends.at(-1) ?? 0;
  if (length <= places) return Array.from({ length: length + 1 }, (_, at) => at);
  const found = new Set([0, ...ends]);
  while (found.size < places) found.add(chance.whole(0, length));
  return [...found];
}

type Damages = Readonly<Record<string, Damage>>;

const casesAt = (found: readonly number[], damages: Damages): Case[] =>
  Object.entries(damages).flatMap(([name, damage]) => found.map((at) => ({ name: `${name} at ${at}`, damage, at })));

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

describe.each(Object.entries(kinds))(`hostile %s (SEED=${seed})`, (_, kind: Kind) => {
  let server: Awaited<ReturnType<Kind['start']>>;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.dispose());

  /** Where the pieces of a good conversation end: of a connection, two questions and an end. */
  async function recorded(make: (url: string) => Subject): Promise<readonly number[]> {
    const proxy = await startHostileProxy(server.port);
    const subject = make(proxy.through(server.url));
    const signal = (): AbortSignal => AbortSignal.timeout(10_000);
    await until(() =>
      subject.checker.check(signal()).then(
        () => true,
        () => false,
      ),
    );
    await subject.checker.check(signal());
    await subject.checker.close?.();
    await subject.end();
    await proxy.dispose();
    return proxy.ends;
  }

  async function suffers(make: (url: string) => Subject, anywhere: Damages, between: Damages, isCut: boolean) {
    const chance = createChance(seed);
    const ends = await recorded(make);
    const cases = [...casesAt(placesIn(ends, chance), anywhere), ...casesAt([0, ...ends], between)];
    const before = await resources();
    const escaped = escapes();
    const failures: string[] = [];
    await inParallel(cases, async ({ name, damage, at }) => {
      const proxy = await startHostileProxy(server.port, { damage, at, chance });
      const found = await ordeal(make(proxy.through(server.url)), proxy, isCut);
      found.push(...(await leftOn(proxy)));
      await proxy.dispose();
      failures.push(...found.map((what) => `${name}: ${what}`));
    });
    await until(async () => (await resources()).files <= before.files).catch(() => {});
    failures.push(...escaped.end());
    expect(failures).toEqual([]);
    expect(await resources()).toEqual(before);
  }

  it('lets nothing escape, leaves nothing, and its check is back at once', { timeout: 180_000 }, async () => {
    await suffers((url) => subjectOf(kind.own(url)), { ...broken, ...wrong }, unasked, false);
    expect(flooded.most).toBeLessThan(mostOfFlood);
  });

  const { borrowed } = kind;
  if (borrowed === undefined) return;
  it('does so over a client of the application', { timeout: 180_000 }, async () => {
    await suffers(borrowed, broken, {}, true);
  });
});

/** A check that was stopped has closed all that it has opened. */
async function leftOn(proxy: HostileProxy): Promise<string[]> {
  const from = performance.now();
  while (proxy.connections() > 0 && performance.now() - from < 3_000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return proxy.connections() > 0 ? ['it has left a connection'] : [];
}
