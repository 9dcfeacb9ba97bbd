import type { EventEmitter } from 'node:events';
import type { EventListener } from '../base/event-listener.ts';

/**
 * Listens for an event while somebody else does, and before them. A server asks how many listeners `upgrade`, `connect`
 * or `checkContinue` has, and hands a request over or answers it by itself: one of ours would make it hand over what
 * nobody takes.
 *
 * @returns the function that ends it
 */
export function alongside(emitter: EventEmitter, event: string, listener: EventListener): () => void {
  const join = (): void => {
    if (!emitter.listeners(event).includes(listener)) emitter.prependListener(event, listener);
  };
  const onAdded = (name: unknown, added: unknown): void => {
    if (name === event && added !== listener) join();
  };
  const onRemoved = (name: unknown): void => {
    if (name === event && emitter.listeners(event).every((one) => one === listener)) emitter.off(event, listener);
  };
  if (emitter.listenerCount(event) > 0) join();
  emitter.on('newListener', onAdded).on('removeListener', onRemoved);
  return () => {
    emitter.off('newListener', onAdded).off('removeListener', onRemoved);
    emitter.off(event, listener);
  };
}
