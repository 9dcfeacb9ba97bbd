import { type ConformingAnswer, conforming } from './answer.ts';
import type { Contract } from './contract.ts';
import type { Operation } from './operations.ts';
import { normalPath, pathsOf } from './paths.ts';
import { problem } from './problem.ts';

/** As much of an operation as finding it, and judging who asks for it, takes. */
export type Route = Omit<Operation, 'key' | 'responses'>;

/** Finds the operation of a request: the one place where that is decided, whatever the listener. */
export interface Routes {
  match(method: string, path: string): Route | undefined;
  /** Whether there is such a path, whatever the method. */
  has(path: string): boolean;
  /** The methods that a path takes, as in `Allow`; none where there is no such path. */
  allowed(path: string): string[];
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** HEAD is answered wherever GET is: the server leaves the body out. */
export const asGet = (method: string): string => (method === 'HEAD' ? 'GET' : method);

export function createRoutes(operations: readonly Route[]): Routes {
  // What is spelled out goes before a template, and of templates the one that spells out more.
  const entries = operations
    .flatMap((route) => pathsOf(route).map((path) => ({ route, path, template: templateOf(path) })))
    .toSorted((one, other) => spelledOut(other.path) - spelledOut(one.path));
  const at = (path: string): Route[] => {
    const normal = normalPath(path);
    return entries.filter(({ template }) => template.test(normal)).map(({ route }) => route);
  };
  return {
    match: (method, path) => at(path).find((route) => takes(route, method)),
    has: (path) => at(path).length > 0,
    allowed(path) {
      const routes = at(path);
      return methods.filter((method) => routes.some((route) => takes(route, method)));
    },
  };
}

const takes = (route: Route, method: string): boolean => route.method === asGet(method).toLowerCase();

/** The answer to what no operation takes: 404, or 405 with `Allow`. */
export function refusalOf(contract: Contract, routes: Routes, method: string, path: string): ConformingAnswer {
  const allowed = routes.allowed(path);
  const detail = `No operation for ${method} ${path}`;
  if (allowed.length === 0) return conforming(contract, contract.errors, problem(404, detail));
  return conforming(contract, contract.errors, { ...problem(405, detail), headers: { Allow: allowed.join(', ') } });
}

const parameters = /\{[^}]*\}/g;

const spelledOut = (path: string): number => path.replaceAll(parameters, '').length;

/** `/checks/{check}` as an expression. */
function templateOf(path: string): RegExp {
  const parts = path.split(parameters).map((part) => normalPath(part).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
