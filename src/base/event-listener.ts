/** What any emitter's `on` takes: each event has arguments of its own. */
// biome-ignore lint/suspicious/noExplicitAny: as Node's own types say
export type EventListener = (...args: any[]) => void;
