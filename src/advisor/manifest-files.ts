import { isCompose, isPartOfCompose, programsInCompose } from './compose.ts';
import { isDockerfile } from './dockerfile.ts';
import { programsInDockerfile } from './dockerfile-program.ts';
import { programsInPod } from './kubernetes.ts';
import { isKubernetes, objectsIn, podsIn, routesIn } from './pods.ts';
import type { Program } from './program.ts';
import { readDocuments, UnusableFile } from './read.ts';
import type { Place } from './yaml-place.ts';

/** A file with its text. */
export interface Manifest {
  readonly file: string;
  readonly text: string;
  /** Whether it was found in a folder, so that nobody says that it is one of these. */
  readonly isFound?: boolean;
  /** Whether it is known to be one of several that another tool puts together. */
  readonly isPart?: boolean;
}

/** What was not judged, or not wholly, and why. */
export interface Note {
  readonly file: string;
  readonly text: string;
}

interface Read {
  readonly documents: readonly Place[];
  readonly notes: readonly Note[];
}

/** The programs in all of the files, and what is to be said of the files themselves. A Service may stand in another one. */
export function programsIn(manifests: readonly Manifest[]): { programs: Program[]; notes: Note[] } {
  const files = manifests.map((manifest) => ({ manifest, ...readOrSkip(manifest) }));
  const routes = files.flatMap(({ documents }) => documents.filter(isKubernetes).flatMap(objectsIn).flatMap(routesIn));
  const laidOver = filesLaidOver(files);
  const programs = files.flatMap(({ manifest, documents }) => {
    const { file, text, isPart = false } = manifest;
    if (isDockerfile(file)) return programsInDockerfile(text, file);
    const isPartOfSeveral = isPart || laidOver.has(file);
    return documents.flatMap((document) =>
      isKubernetes(document)
        ? objectsIn(document)
            .flatMap((object) => podsIn(object, isPart))
            .flatMap((pod) => programsInPod(pod, routes))
        : programsInCompose(document, isPartOfSeveral),
    );
  });
  const parts = files
    .filter(({ manifest, documents }) => laidOver.has(manifest.file) || documents.some(isPartOfComposeFile))
    .map(({ manifest: { file } }) => ({ file, text: composeParts }));
  return { programs, notes: [...files.flatMap(({ notes }) => notes), ...parts] };
}

export const foreign = 'skipped, as it is neither objects of Kubernetes, nor a compose file, nor a Dockerfile';
const composeParts =
  'part of a compose file, and what it lacks is not judged; for the whole: docker compose config | probity lint -';
const kustomized =
  'put together by kustomize, and what its parts lack is not judged; for the whole: kubectl kustomize FOLDER | probity lint -';
const template = 'skipped, as it is a template; for what it renders: helm template CHART | probity lint -';

function readOrSkip({ file, text, isFound = false }: Manifest): Read {
  if (isDockerfile(file)) return { documents: [], notes: [] };
  try {
    return known(readDocuments(text, file), file);
  } catch (error) {
    if (!isFound || !(error instanceof UnusableFile)) throw error;
    return { documents: [], notes: [{ file, text: text.includes('{{') ? template : `skipped: ${error.message}` }] };
  }
}

function known(documents: readonly Place[], file: string): Read {
  const own = documents.filter((document) => isKubernetes(document) || isCompose(document));
  if (documents.some(isKustomization)) return { documents: [], notes: [{ file, text: kustomized }] };
  return { documents: own, notes: own.length === 0 ? [{ file, text: foreign }] : [] };
}

const isKustomization = (document: Place): boolean =>
  /^kustomize\.config\.k8s\.io\//.test(String(document.get('apiVersion').scalar ?? ''));

const isPartOfComposeFile = (document: Place): boolean => !isKubernetes(document) && isPartOfCompose(document);

const folderOf = (file: string): string => file.replace(/[^/\\]*$/, '');

/** The compose files that share a service with another one beside them: one is laid over the other then. */
function filesLaidOver(
  files: readonly { readonly manifest: Manifest; readonly documents: readonly Place[] }[],
): ReadonlySet<string> {
  const filesWith = new Map<string, Set<string>>();
  for (const { manifest, documents } of files)
    for (const document of documents.filter((one) => !isKubernetes(one)))
      for (const [service] of document.get('services').entries()) {
        const key = `${folderOf(manifest.file)}\n${service}`;
        filesWith.set(key, (filesWith.get(key) ?? new Set()).add(manifest.file));
      }
  return new Set([...filesWith.values()].filter(({ size }) => size > 1).flatMap((names) => [...names]));
}
