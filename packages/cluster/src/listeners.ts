/** Those in this process who want to know that jobs may have come. */
export interface Listeners {
  readonly announce: () => void
  readonly listen: (listener: () => void) => () => void
}

/** Makes a set of listeners: none yet. */
export function createListeners(): Listeners {
  const listeners = new Set<() => void>()
  return {
    announce: () => {
      for (const listener of listeners) listener()
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
