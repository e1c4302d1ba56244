import type { Milliseconds } from '@keepup/core'

/** Work that nobody waits for. */
export interface BackgroundWork {
  readonly ended: Promise<unknown>
  /** Ends it at once. Never rejects. */
  end(): void
}

/** Keeps what runs in the background, so that it can be ended. */
export interface Background {
  add(work: BackgroundWork): void
  /** Waits until everything has ended, for so long; what still runs then is ended. */
  finish(patience: Milliseconds): Promise<void>
}

/** Nothing runs in the background yet. */
export function createBackground(): Background {
  const running = new Set<BackgroundWork>()
  return {
    add(work) {
      running.add(work)
      const gone = (): void => void running.delete(work)
      work.ended.then(gone, gone)
    },
    async finish(patience) {
      const works = [...running]
      const all = Promise.allSettled(works.map(({ ended }) => ended))
      if (works.length === 0 || (await within(patience, all))) return
      for (const work of works) work.end()
      await within(patience, all)
    },
  }
}

async function within(duration: Milliseconds, awaited: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), duration)))
  try {
    return await Promise.race([awaited.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
