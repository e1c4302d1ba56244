import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import type { Strike } from './strike.ts'

const channel = 'keepup:failpoint'

/** Calls `strike` at the n-th hit of a failpoint, synchronously, in the middle of what was going on. Returns how to stop. */
export function onFailpoint({ name, hit }: Strike, strike: () => void): () => void {
  let hits = 0
  const listener = (message: unknown): void => {
    if (message !== name) return
    hits += 1
    if (hits === hit) strike()
  }
  subscribe(channel, listener)
  return () => void unsubscribe(channel, listener)
}

/** Calls `listener` at every failpoint that is passed, for histograms. Returns how to stop. */
export function watchFailpoints(listener: (name: string) => void): () => void {
  const report = (message: unknown): void => listener(String(message))
  subscribe(channel, report)
  return () => void unsubscribe(channel, report)
}
