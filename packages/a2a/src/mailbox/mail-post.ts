import type { Checkpointer, Flush, NewSignal, SignalReceipt } from '@keepup/core'

/** Sends signals; those that are sent at the same time go in one commit. */
export type Post = (signals: readonly NewSignal[]) => Promise<readonly SignalReceipt[]>

interface Letter {
  readonly signals: readonly NewSignal[]
  readonly resolve: (receipts: readonly SignalReceipt[]) => void
  readonly reject: (error: unknown) => void
}

/** So many letters go in one commit: nobody should wait for thousands of others. */
const most = 256

/** A post over a store. Each letter is accepted or refused by itself; their order is kept. */
export function createPost(checkpointer: Checkpointer, flush: Flush): Post {
  let waiting: Letter[] = []
  let sending: Promise<void> | undefined
  let isCrowded = false

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      // Who sends alone waits for nobody; where many did, others come within this turn of the event loop.
      await (isCrowded ? nextTurn() : Promise.resolve())
      const letters = waiting.slice(0, most)
      waiting = waiting.slice(most)
      isCrowded = letters.length > 1
      await sendTogether(letters)
    }
    sending = undefined
  }

  async function sendTogether(letters: readonly Letter[]): Promise<void> {
    if (letters.length === 1) return sendEach(letters)
    let receipts: readonly SignalReceipt[]
    try {
      receipts = await checkpointer.signal(
        letters.flatMap(({ signals }) => signals),
        flush,
      )
    } catch {
      // One of them cannot be stored, or the store failed: each learns its own fate. Those that were stored after all are duplicates then.
      return sendEach(letters)
    }
    let at = 0
    for (const { signals, resolve } of letters) resolve(receipts.slice(at, (at += signals.length)))
  }

  async function sendEach(letters: readonly Letter[]): Promise<void> {
    for (const { signals, resolve, reject } of letters) {
      await checkpointer.signal(signals, flush).then(resolve, reject)
    }
  }

  return (signals) =>
    new Promise((resolve, reject) => {
      waiting.push({ signals, resolve, reject })
      sending ??= sendAll()
    })
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
