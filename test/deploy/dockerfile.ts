import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';

export const root: string = join(import.meta.dirname, '../..');

/** One instruction of a Dockerfile. */
export interface Step {
  readonly keyword: string;
  /** `--from=build` is `{from: 'build'}`. */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags, as it is written. */
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  /** That of the final stage is empty. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** The stages of deploy/Dockerfile, the final one last. */
export function readStages(): Stage[] {
  const instructions = DockerfileParser.parse(readText('deploy/Dockerfile')).getInstructions();
  const stages: { image: string; name: string; steps: Step[] }[] = [];
  for (const step of instructions.map(stepOf)) {
    if (step.keyword !== 'FROM') {
      stages.at(-1)?.steps.push(step);
      continue;
    }
    const [image = '', , name = ''] = words(step);
    stages.push({ image, name, steps: [] });
  }
  return stages;
}

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

export const words = ({ text }: Step): string[] => text.split(/\s+/);

/** The one step of a stage with this keyword. */
export function only(stage: Stage, keyword: string): Step {
  const [step, ...more] = stage.steps.filter((one) => one.keyword === keyword);
  if (step === undefined || more.length > 0) throw new Error(`Expected one ${keyword} in the stage of ${stage.image}`);
  return step;
}

/** The words of `["a", "b"]`: the exec form, for which no shell is needed. */
export function execForm(text: string): string[] {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw new Error(`Expected the exec form, got ${text}`);
}

/** `NAME=value` pairs of an ENV or a LABEL. */
export const pairs = ({ text }: Step): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );

function stepOf(instruction: Instruction): Step {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  return {
    keyword: instruction.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    text: instruction.getArgumentsContent() ?? '',
  };
}
