import {
  KeepupError,
  type Label,
  lostLabel,
  joinTable,
  type PendingSignal,
  type StandardSchemaV1,
  trustedLabel,
} from '@keepup/core'

import { checkValue } from './check-value.ts'
import type { Session } from './session.ts'

/** An answer or a signal that fits, not yet taken. */
export interface Reply {
  readonly value: unknown
  readonly by: string
  readonly signal: string
  readonly label: Label
}

/** What to take from where. */
export interface Expected {
  readonly channel: string
  readonly schema: StandardSchemaV1
  /** The value in the data of a signal. */
  value(data: unknown): unknown
}

/**
 * The first signal of a channel that fits, given to `use`, which stages what accounts for it. Those before it that do not fit are declined, with the reason.
 */
export function takeReply(
  session: Session,
  expected: Expected,
  use: (reply: Reply) => Promise<void>,
): Promise<boolean> {
  return session.alone(async () => {
    const pending = await session.thread.pending()
    for (const signal of pending) {
      if (signal.channel !== expected.channel || session.taken.has(signal.id)) continue
      session.taken.add(signal.id)
      const checked = await checkReply(expected, signal)
      if ('misfit' in checked) {
        const { pointer = '', message } = checked.misfit
        await declineSignal(session, signal, `it does not fit at '${pointer}': ${message}`)
        continue
      }
      await use({ value: checked.value, by: signal.by, signal: signal.id, label: labelOf(signal) })
      return true
    }
    return false
  })
}

async function checkReply(
  expected: Expected,
  { data }: PendingSignal,
): Promise<Awaited<ReturnType<typeof checkValue>>> {
  try {
    return await checkValue(expected.schema, expected.value(data))
  } catch (error) {
    if (KeepupError.is(error)) throw error
    return { misfit: { message: error instanceof Error ? error.message : String(error) } }
  }
}

/** Records that a signal cannot be heeded, and takes it. */
export async function declineSignal(session: Session, signal: PendingSignal, reason: string): Promise<void> {
  const { id, channel, type: kind, data, by, labels } = signal
  session.journal.stage(
    'signal-declined',
    { signal: id, channel, kind, data, reason: reason.toWellFormed().slice(0, 1_000) },
    { by, cause: id, takes: id, ...(labels === undefined ? {} : { labels }) },
  )
  await session.journal.flush()
}

/** Who says nothing of provenance is believed where it is the user; anybody else's words have lost their label. */
function labelOf({ labels, by }: PendingSignal): Label {
  if (labels !== undefined) return joinTable(labels)
  return by === 'user' ? { ...trustedLabel, sources: ['user'] } : lostLabel
}

/** The answer in the data of a signal. */
export function answerIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'answer' in data ? data.answer : undefined
}
