/** Does work under a key, one after another within this process. */
export type Turns = <T>(key: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Turns of their own, for one store. */
export function inTurn(): Turns {
  const last = new Map<string, Promise<void>>()
  return async (key, work, signal) => {
    const before = last.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    // Whoever gives up waiting passes the turn on only once it has come.
    const mine = before === undefined ? promise : before.then(() => promise)
    last.set(key, mine)
    try {
      await abortable(before, signal)
      return await work()
    } finally {
      resolve()
      if (last.get(key) === mine) last.delete(key)
    }
  }
}

async function abortable(before: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (before === undefined) return
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([before, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
