import { type Clock, KeepupError, type Milliseconds } from '@keepup/core'

const [first, longest]: readonly [Milliseconds, Milliseconds] = [5, 200]

/**
 * Tries again, with growing pauses, while the outcome of `attempt` is `isRoom`-less, at most for `patience`. The last outcome. Ends at once, with the last
 * outcome, when the signal is aborted.
 */
export async function tryUntilRoom<T>(
  parts: {
    readonly clock: Clock
    readonly patience: Milliseconds
    readonly signal?: AbortSignal | undefined
  },
  attempt: () => Promise<T>,
  hasRoom: (outcome: T) => boolean,
): Promise<T> {
  let outcome = await attempt()
  let waited = 0
  for (
    let pause = first;
    !hasRoom(outcome) && waited < parts.patience;
    pause = Math.min(pause * 2, longest)
  ) {
    const part = Math.min(pause, parts.patience - waited)
    try {
      await parts.clock.sleep(part, parts.signal)
    } catch (error) {
      if (parts.signal?.aborted === true) return outcome
      throw error
    }
    waited += part
    outcome = await attempt()
  }
  return outcome
}

/** Runs a commit again while a channel that it sends to is full, or the database busy. Fails `database-busy` after `patience`. */
export async function commitUntilRoom<T>(
  parts: { readonly clock: Clock; readonly patience: Milliseconds; readonly signal?: AbortSignal },
  commit: () => Promise<T>,
): Promise<T> {
  const outcome = await tryUntilRoom(
    parts,
    async () => {
      try {
        return { value: await commit() }
      } catch (error) {
        if (!KeepupError.is(error, 'database-busy')) throw error
        return { error }
      }
    },
    (tried) => 'value' in tried,
  )
  if ('value' in outcome) return outcome.value
  throw outcome.error
}
