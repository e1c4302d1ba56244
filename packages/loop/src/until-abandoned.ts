import { KeepupError, type Milliseconds } from '@keepup/core'

/** How long a part may take to end once it was told to: more than a coordinator gives its tools. */
const patience: Milliseconds = 4_000

/**
 * What `work` comes to. Where the signal is aborted and the work does not end within four seconds, it is left alone: rejects with the code
 * `interrupted`, so that no part can hold up a run that was told to stop.
 */
export async function untilAbandoned<Result>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const abandoned = Promise.withResolvers<never>()
  const message = `${what} was told to stop and did not within ${patience} ms. It was left alone.`
  let timer: NodeJS.Timeout | undefined
  const giveUp = (): void => {
    timer = setTimeout(() => abandoned.reject(new KeepupError('interrupted', message)), patience)
  }
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work(), abandoned.promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
    clearTimeout(timer)
  }
}
