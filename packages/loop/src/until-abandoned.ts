import { KeepupError, type Milliseconds } from '@keepup/core'

/** How long a part may take to end once it was told to: more than a coordinator gives its tools. */
const patience: Milliseconds = 4_000

/**
 * What `work` comes to. Where the signal is aborted and the work does not end within four seconds, it is left alone: rejects with the code
 * `interrupted`, so that no part can hold up a run that was told to stop.
 */
export function untilAbandoned<Result>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const working = Promise.resolve(work())
    let timer: NodeJS.Timeout | undefined
    function giveUp(): void {
      timer = setTimeout(() => reject(leftAlone(what)), patience)
    }
    function forget(): void {
      signal.removeEventListener('abort', giveUp)
      clearTimeout(timer)
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    working.then(forget, forget)
    working.then(resolve, reject)
  })
}

function leftAlone(what: string): KeepupError {
  const message = `${what} was told to stop and did not within ${patience} ms. It was left alone.`
  return new KeepupError('interrupted', message)
}
