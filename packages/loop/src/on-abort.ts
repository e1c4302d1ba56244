/** Those who wait for a signal, so that the signal itself has one listener however many come and go. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `heed` once the signal is aborted, at once where it is already, unless the returned function was called before. For signals of the loop's own
 * controllers, where every step waits for one: a listener for each costs more than what most steps do.
 */
export function onAbort(signal: AbortSignal, heed: () => void): () => void {
  if (signal.aborted) {
    heed()
    return nothing
  }
  const all = waiting.get(signal) ?? listen(signal)
  all.add(heed)
  return () => void all.delete(heed)
}

function listen(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>()
  waiting.set(signal, all)
  // Each may take others off the set, which a walk over a set allows.
  signal.addEventListener('abort', () => all.forEach((heed) => heed()), { once: true })
  return all
}

function nothing(): void {}
