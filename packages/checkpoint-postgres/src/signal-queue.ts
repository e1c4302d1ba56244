import { checkSignal, encodeValue } from '@keepup/checkpoint'
import type { Flush, NewSignal, SignalReceipt } from '@keepup/core'

/** Sends signals, together where several callers ask at once. */
export type SendSignals = (signals: readonly NewSignal[], flush: Flush) => Promise<readonly SignalReceipt[]>

interface Waiting {
  readonly signals: readonly NewSignal[]
  readonly flush: Flush
  readonly resolve: (receipts: readonly SignalReceipt[]) => void
  readonly reject: (error: unknown) => void
}

/** So many signals go together at most. */
const togetherAtMost = 500

/** While one lot is on its way those that come meanwhile wait for it, and then go together: they share a round trip and a barrier. */
export function createSignalQueue(send: SendSignals): SendSignals {
  let waiting: Waiting[] = []
  let isSending = false

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const lot = takeLot()
      try {
        const flush = lot.some((each) => each.flush === 'power') ? 'power' : 'process'
        const receipts = await send(
          lot.flatMap(({ signals }) => signals),
          flush,
        )
        let from = 0
        for (const { signals, resolve } of lot) resolve(receipts.slice(from, (from += signals.length)))
      } catch (error) {
        for (const { reject } of lot) reject(error)
      }
    }
    isSending = false
  }

  function takeLot(): Waiting[] {
    let count = 0
    const beyond = waiting.findIndex(
      ({ signals }, index) => (count += signals.length) > togetherAtMost && index > 0,
    )
    const lot = beyond === -1 ? waiting : waiting.slice(0, beyond)
    waiting = waiting.slice(lot.length)
    return lot
  }

  return async (signals, flush) => {
    // One that cannot be stored must fail alone, not with those that go with it.
    for (const signal of signals) {
      checkSignal(signal)
      encodeValue(signal.data)
    }
    return new Promise((resolve, reject) => {
      waiting.push({ signals, flush, resolve, reject })
      if (isSending) return
      isSending = true
      void drain()
    })
  }
}
