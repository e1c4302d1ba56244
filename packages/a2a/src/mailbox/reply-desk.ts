import type { PendingSignal } from '@keepup/core'

import { replyChannel } from './mail-signal.ts'

/** Who waits for which answer. */
export interface ReplyDesk {
  /** Waits for the answer to a question; `undefined` once `until` is aborted. */
  wait(question: string, until: AbortSignal): Promise<PendingSignal | undefined>
  /** Gives an answer to who waits for it. Whether somebody does. */
  readonly deliver: (signal: PendingSignal) => boolean
}

/** A desk where nobody waits yet. */
export function createReplyDesk(): ReplyDesk {
  const waiting = new Map<string, (signal: PendingSignal | undefined) => void>()
  return {
    wait: (question, until) =>
      new Promise((resolve) => {
        const channel = replyChannel(question)
        if (until.aborted) {
          resolve(undefined)
          return
        }
        until.addEventListener('abort', giveUp, { once: true })
        waiting.set(channel, end)
        function giveUp(): void {
          end(undefined)
        }
        function end(signal: PendingSignal | undefined): void {
          until.removeEventListener('abort', giveUp)
          waiting.delete(channel)
          resolve(signal)
        }
      }),
    deliver: (signal) => {
      const end = waiting.get(signal.channel)
      end?.(signal)
      return end !== undefined
    },
  }
}
