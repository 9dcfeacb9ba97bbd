import { type Command, commandOf, shellLine } from './command.ts';
import { dockerDefaults } from './defaults.ts';
import { execForm, type Instruction, instructionsIn } from './dockerfile.ts';
import { alone, type Probe, type Program } from './program.ts';
import { questionsIn } from './question.ts';
import { countAt, durationAt } from './setting.ts';

/** The image of the last stage of a Dockerfile, as a program; none where there is no stage. */
export function programsInDockerfile(text: string, file: string): Program[] {
  const stage = stagesIn(instructionsIn(text, file)).at(-1);
  return stage === undefined ? [] : [programOf(stage)];
}

function programOf({ from, image, steps }: Stage): Program {
  const last = (keyword: string): Instruction | undefined => steps.findLast((step) => step.keyword === keyword);
  const start = startOf(last('ENTRYPOINT'), last('CMD'));
  const stopSignal = last('STOPSIGNAL')?.place;
  const user = last('USER')?.place;
  const check = last('HEALTHCHECK');
  return {
    ...alone,
    platform: 'dockerfile',
    name: image,
    owner: 'image',
    pod: from.place,
    place: from.place,
    image,
    isBuilt: false,
    isPartial: true,
    words: start?.argv ?? [],
    setup: steps.filter(({ keyword }) => setsUp.includes(keyword)).map((step) => step.text),
    ...(start && { start }),
    ...(stopSignal && { stopSignal }),
    ...(user && { user }),
    variables: new Map(),
    hasMoreVariables: true,
    ports: [],
    probes: check === undefined || /^NONE$/i.test(check.text) ? [] : [healthcheckOf(check)],
    takesTraffic: false,
    grace: durationAt(from.place, 'stop_grace_period', undefined),
    unhealthyStarts: [],
    isUnchecked: undefined,
  };
}

/** What puts tools into an image, whatever it was made from. */
const setsUp = ['RUN', 'COPY', 'ADD'];

interface Stage {
  readonly from: Instruction;
  readonly name: string | undefined;
  /** What it is made from in the end. */
  readonly image: string;
  /** Those of the stages before that it is made from as well. */
  readonly steps: Instruction[];
}

function stagesIn(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  for (const step of instructions) {
    if (step.keyword !== 'FROM') {
      stages.at(-1)?.steps.push(step);
      continue;
    }
    const [image = '', , name] = step.text.split(/\s+/);
    const base = stages.find((stage) => stage.name === image.toLowerCase());
    stages.push({
      from: step,
      name: name?.toLowerCase(),
      image: base?.image ?? image,
      steps: [...(base?.steps ?? [])],
    });
  }
  return stages;
}

/** A line of ENTRYPOINT takes no CMD. Without either the image that it is made from decides. */
function startOf(entrypoint: Instruction | undefined, cmd: Instruction | undefined): Command | undefined {
  const main = entrypoint ?? cmd;
  if (main === undefined) return undefined;
  const words = execForm(main);
  if (words === undefined) return shellLine(main.place, main.text);
  return commandOf(main.place, entrypoint === undefined ? words : [...words, ...wordsOf(cmd)]);
}

const wordsOf = (cmd: Instruction | undefined): readonly string[] =>
  cmd === undefined ? [] : (execForm(cmd) ?? ['/bin/sh', '-c', cmd.text]);

function healthcheckOf(check: Instruction): Probe {
  const { place } = check;
  const cmd: Instruction = { ...check, text: check.text.replace(/^CMD\s+/i, '') };
  const words = execForm(cmd);
  const command = words === undefined ? shellLine(place, cmd.text) : commandOf(place, words);
  return {
    kind: 'health',
    name: 'HEALTHCHECK',
    place,
    questions: questionsIn(command),
    command,
    period: durationAt(place, 'interval', dockerDefaults.interval, true),
    timeout: durationAt(place, 'timeout', dockerDefaults.timeout, true),
    failures: countAt(place, 'retries', dockerDefaults.retries),
    delay: durationAt(place, 'start-period', dockerDefaults.start_period),
  };
}
