/** Lets the calls of one toolkit change a file one after the other. */
export interface FileLocks {
  /** Runs `body` once every earlier body of the same path has settled. */
  hold<T>(path: string, body: () => Promise<T>): Promise<T>
}

/** Locks for the calls that share them; other processes do not. */
export function createFileLocks(): FileLocks {
  const last = new Map<string, Promise<unknown>>()
  return {
    async hold(path, body) {
      const before = last.get(path) ?? Promise.resolve()
      const running = before.then(body, body)
      last.set(path, running)
      try {
        return await running
      } finally {
        if (last.get(path) === running) last.delete(path)
      }
    },
  }
}
