import type { Checkpointer } from '@keepup/core'

/** A store whose process died: everything that it is asked from then on fails. */
export function mortalStore(checkpointer: Checkpointer): {
  readonly checkpointer: Checkpointer
  die(): void
} {
  let dead = false
  const guarded = new Proxy(checkpointer, {
    get(target, name: keyof Checkpointer) {
      if (dead) throw new Error('this process is dead')
      return target[name]
    },
  })
  return { checkpointer: guarded, die: () => void (dead = true) }
}

/** Resolves once nobody holds a thread of a store. */
export async function leasesOver(checkpointer: Checkpointer): Promise<void> {
  for (let held = true; held;) {
    held = false
    for await (const { owner } of checkpointer.threads()) held ||= owner !== undefined
    if (held) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
