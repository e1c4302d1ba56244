import type { Patience } from './patience.ts'

/** The time of every running request of a connection. While a person is asked, it stands still for all: which of them asked is not always known. */
export interface Pauses {
  /** A request runs; the returned function says that it ended. */
  add(patience: Patience): () => void
  /** Lets no time pass until the returned function is called. */
  readonly pause: () => () => void
}

/** No request runs yet. */
export function createPauses(): Pauses {
  const running = new Set<Patience>()
  return {
    add(patience) {
      running.add(patience)
      return () => running.delete(patience)
    },
    pause() {
      const resumes = [...running].map((patience) => patience.pause())
      return () => {
        for (const resume of resumes) resume()
      }
    },
  }
}
