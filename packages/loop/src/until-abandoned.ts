import { KeepupError, type Milliseconds } from '@keepup/core'

import { onAbort } from './on-abort.ts'

/** How long a part may take to end once it was told to: more than a coordinator gives its tools. */
const patience: Milliseconds = 4_000

/**
 * What `work` comes to. Where the signal is aborted and the work does not end within four seconds, it is left alone: rejects with the code
 * `interrupted`, so that no part can hold up a run that was told to stop. Rejects as well where `work` throws.
 */
export function untilAbandoned<Result>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const forget = onAbort(signal, () => {
      timer = setTimeout(() => reject(leftAlone(what)), patience)
    })
    async function settle(): Promise<void> {
      try {
        resolve(await work())
      } catch (error) {
        reject(error)
      } finally {
        forget()
        clearTimeout(timer)
      }
    }
    void settle()
  })
}

function leftAlone(what: string): KeepupError {
  const message = `${what} was told to stop and did not within ${patience} ms. It was left alone.`
  return new KeepupError('interrupted', message)
}
