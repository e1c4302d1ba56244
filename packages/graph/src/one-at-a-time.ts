/** Runs bodies one after the other, in the order of the calls; the first of them at once. One that fails does not keep those after it from running. */
export function oneAtATime(): <T>(body: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> | undefined
  return (body) => {
    const running = last === undefined ? body() : last.then(body, body)
    const free = (): void => {
      if (last === running) last = undefined
    }
    running.then(free, free)
    last = running
    return running
  }
}
