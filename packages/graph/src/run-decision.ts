import type { StandardSchemaV1 } from '@keepup/core'

import { checkedUpdate } from './checked-update.ts'
import type { NodeFailure } from './node-failure.ts'
import { recordWait, waitId } from './record-wait.ts'
import { addressOf, type Session, taskAt, type TaskPlace } from './session.ts'
import { hasErrorEdge, settleTask } from './settle-task.ts'
import { answerIn, type Reply, takeReply } from './take-reply.ts'
import { waitForReply } from './wait-for-reply.ts'

/** What a person decides about a step that may have happened. */
export type Decided =
  | { readonly decision: 'finished'; readonly update?: Readonly<Record<string, unknown>> }
  | { readonly decision: 'retry' }
  | { readonly decision: 'failed'; readonly reason: string }

/** A step that runs `once` may have happened: its error edge is taken, or a person decides. It does not run again by itself. */
export async function runDecision(session: Session, place: TaskPlace): Promise<void> {
  const attempt = (taskAt(session, place)?.attempts ?? 0) + 1
  const { node } = place
  const message = `Node ${node} began and nobody knows whether it happened: look, then decide`
  const failure: NodeFailure = { node, kind: 'unknown', message, attempt }
  if (hasErrorEdge(place)) return settleTask(session, place, { failure })
  const id = waitId(place, `-${attempt}`)
  const question = { text: `${message}.`, options: ['finished', 'retry', 'failed'] }
  await recordWait(session, place, { id, for: 'decision', question })
  const expected = { channel: `answers:${id}`, schema: decision, value: answerIn }
  let isRetry = false
  await waitForReply(session, {
    until: undefined,
    take: () =>
      takeReply(session, expected, async (reply) => {
        isRetry = await decide(session, place, reply, attempt)
      }),
    late: () => Promise.resolve(),
  })
  if (isRetry) return session.runTask(place)
}

async function decide(session: Session, place: TaskPlace, reply: Reply, attempt: number): Promise<boolean> {
  // The schema of the reply says so.
  const decided = reply.value as Decided
  const answer = { by: reply.by, signal: reply.signal, label: reply.label }
  const { node } = place
  if (decided.decision === 'finished') {
    await settleTask(session, place, {
      ...(await checkedUpdate(place, decided.update ?? {}, attempt)),
      answer,
    })
    return false
  }
  if (decided.decision === 'failed') {
    const failure = { node, kind: 'rejected', message: decided.reason.slice(0, 2_000), attempt } as const
    await settleTask(session, place, { failure, answer })
    return false
  }
  const { data, header } = addressOf(place)
  const failure = { node, kind: 'unknown', message: 'A person decided that it runs again', attempt } as const
  session.journal.stage(
    'node-failed',
    { ...data, failure, follows: 'retry' },
    { ...header, by: reply.by, cause: reply.signal, takes: reply.signal },
  )
  await session.journal.flush()
  return true
}

const decision: StandardSchemaV1<unknown, Decided> = {
  '~standard': {
    version: 1,
    vendor: 'keepup',
    validate: (value) => {
      const decided = readDecision(value)
      return decided === undefined
        ? {
            issues: [
              {
                message:
                  'a decision is { decision: "finished", update? }, { decision: "retry" } or { decision: "failed", reason }',
              },
            ],
          }
        : { value: decided }
    },
  },
}

function readDecision(value: unknown): Decided | undefined {
  if (typeof value !== 'object' || value === null || !('decision' in value)) return undefined
  switch (value.decision) {
    case 'retry':
      return { decision: 'retry' }
    case 'failed': {
      const reason =
        'reason' in value && typeof value.reason === 'string' ? value.reason : 'a person decided so'
      return { decision: 'failed', reason }
    }
    case 'finished':
      return readUpdate('update' in value ? value.update : undefined)
    default:
      return undefined
  }
}

function readUpdate(update: unknown): Decided | undefined {
  if (update === undefined) return { decision: 'finished' }
  return typeof update === 'object' && update !== null
    ? { decision: 'finished', update: { ...update } }
    : undefined
}
