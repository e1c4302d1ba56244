import type { Timestamp } from '@keepup/core'

import { checkedUpdate } from './checked-update.ts'
import { failureOf } from './failure-of.ts'
import type { Wait } from './graph-state.ts'
import { nodeContext } from './node-context.ts'
import type { PersonNode, SignalNode, WaitNode } from './node.ts'
import { recordWait, waitId } from './record-wait.ts'
import { scopeAt, type Session, taskAt, type TaskPlace } from './session.ts'
import { settleTask, type Settled } from './settle-task.ts'
import { answerIn, type Expected, type Reply, takeReply } from './take-reply.ts'
import { waitForReply } from './wait-for-reply.ts'

type WaitPlace = TaskPlace & { readonly definition: WaitNode }

/** Waits for a person, a signal or a time. What it waits for is recorded at once, so that it is the same after a crash. */
export async function runWait(session: Session, place: WaitPlace): Promise<void> {
  const wait = await begin(session, place)
  if (wait === undefined) return
  const { definition } = place
  await waitForReply(session, {
    until: wait.until,
    take: async () => {
      if (definition.kind === 'time') return false
      return takeReply(session, expected(definition, wait), async (reply) =>
        settleTask(session, place, await answered(session, place, definition, reply)),
      )
    },
    late: async () => settleTask(session, place, await afterDeadline(session, place)),
  })
}

/** The wait as it was recorded, in this thread or in the one it was forked from, or as it begins. */
async function begin(session: Session, place: WaitPlace): Promise<Wait | undefined> {
  const recorded = taskAt(session, place)?.wait
  const id = waitId(place)
  try {
    const wait = recorded === undefined ? describe(session, place, id) : { ...recorded, id }
    await recordWait(session, place, wait)
    return wait
  } catch (error) {
    if (session.thread.lost.aborted || recorded !== undefined) throw error
    await settleTask(session, place, { failure: failureOf(place.node, error, 1) })
    return undefined
  }
}

function describe(session: Session, place: WaitPlace, id: string): Wait {
  const values = scopeAt(session, place.within)?.values ?? {}
  const context = nodeContext(session, place, 1, session.abort.signal)
  const { definition } = place
  const until = definition.until?.(values, context)
  const time = until === undefined ? {} : { until: wholeTime(until) }
  if (definition.kind === 'time') return { id, for: 'time', ...time }
  if (definition.kind === 'signal') return { id, for: 'signal', signal: definition.signal, ...time }
  const question = definition.question(values, context)
  return {
    id,
    for: 'person',
    question: typeof question === 'string' ? { text: question } : question,
    ...time,
  }
}

function wholeTime(until: Timestamp): Timestamp {
  if (Number.isNaN(until)) throw new TypeError('The time to wait for is not a number')
  return Math.min(Math.max(0, Math.ceil(until)), Number.MAX_SAFE_INTEGER)
}

function expected(definition: PersonNode | SignalNode, wait: Wait): Expected {
  return definition.kind === 'signal'
    ? { channel: `signal:${definition.signal}`, schema: definition.data, value: (data) => data }
    : { channel: `answers:${wait.id}`, schema: definition.answer, value: answerIn }
}

async function answered(
  session: Session,
  place: TaskPlace,
  definition: PersonNode | SignalNode,
  reply: Reply,
): Promise<Settled> {
  const { by, signal, label } = reply
  const answer = { by, signal, label }
  try {
    const values = scopeAt(session, place.within)?.values ?? {}
    const context = Object.assign(nodeContext(session, place, 1, session.abort.signal), { by })
    return { ...(await checkedUpdate(place, definition.update(reply.value, values, context), 1)), answer }
  } catch (error) {
    return { failure: failureOf(place.node, error, 1), answer }
  }
}

async function afterDeadline(session: Session, place: WaitPlace): Promise<Settled> {
  const { definition, node } = place
  const values = scopeAt(session, place.within)?.values ?? {}
  const context = nodeContext(session, place, 1, session.abort.signal)
  try {
    if (definition.kind === 'time')
      return await checkedUpdate(place, definition.update?.(values, context) ?? {}, 1)
    if (definition.late !== undefined) return await checkedUpdate(place, definition.late(values, context), 1)
  } catch (error) {
    return { failure: failureOf(node, error, 1) }
  }
  const message = `Node ${node} waited until its deadline, and nothing came`
  return { failure: { node, kind: 'timed-out', message, attempt: 1 } }
}
