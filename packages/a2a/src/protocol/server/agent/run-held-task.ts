import { TaskState } from '@a2a-js/sdk'
import type { OpenThread } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'

import { isSettled } from '../../task/is-settled.ts'
import { isTaskEntry, taskFold } from '../../task/task-fold.ts'
import type { ReadTask, TaskJournal } from '../../task/task-journal.ts'
import type { TaskFacts } from '../../task/task-state.ts'
import { endEntry, openTurn, type OpenTurn } from './open-turn.ts'
import type { RunnerParts } from './runner-parts.ts'
import { cancelled } from './turn-ends.ts'

type Held = OpenThread<TaskFacts>

/** Does one turn after the other until the task is settled. */
export async function runHeldTask(parts: RunnerParts, held: Held, closing: AbortSignal): Promise<void> {
  const { journal } = parts
  const { thread } = held
  for (;;) {
    const read = await journal.read(thread)
    const { facts } = read
    if (isSettled(facts) || closing.aborted || held.lost.aborted) return
    if (facts.cancelRequested) {
      await end(parts, held, TaskState.TASK_STATE_CANCELED, cancelled)
      return
    }
    await runTurn(parts, held, read, closing)
  }
}

async function runTurn(parts: RunnerParts, held: Held, read: ReadTask, closing: AbortSignal): Promise<void> {
  const { journal, agent, newId } = parts
  const { thread, token: lease } = held
  const { facts, head } = await beginTurn(journal, held, read)
  if (facts.task === undefined) return
  const over = new AbortController()
  const stop = new AbortController()
  const signal = AbortSignal.any([closing, held.lost, stop.signal])
  const published = (): void => parts.published(thread)
  const open = openTurn(facts, facts.task, { journal, thread, lease, newId, signal, published })
  const watching = listen(parts, open, { facts, after: head, over: over.signal, stop, lease })
  let failure: string | undefined
  try {
    await agent.run(open.turn)
  } catch (error) {
    failure = KeepupError.is(error) ? error.message : `The agent failed: ${messageOf(error)}`
  } finally {
    over.abort()
    await watching
  }
  if (closing.aborted || held.lost.aborted) return
  await settle(parts, held, failure)
}

/** The task as it stands once the turn's beginning is written, read anew only where somebody else wrote in between. */
async function beginTurn(
  journal: TaskJournal,
  { thread, token: lease }: Held,
  read: ReadTask,
): Promise<ReadTask> {
  const { length: through } = read.facts.messages
  const [began] = await journal.append(thread, [{ type: 'a2a/turn-began', data: { through } }], { lease })
  if (began?.sequence !== read.head + 1) return journal.read(thread)
  return { facts: taskFold.apply(read.facts, began), head: began.sequence }
}

/** A turn that left its task open: cancelled where that was asked for, failed otherwise. Never working for ever. */
async function settle(parts: RunnerParts, held: Held, failure: string | undefined): Promise<void> {
  const { facts } = await parts.journal.read(held.thread)
  if (facts.ended || facts.attempts === 0) return
  if (facts.cancelRequested) return end(parts, held, TaskState.TASK_STATE_CANCELED, cancelled)
  const said = failure ?? 'The agent ended its turn without an outcome.'
  return end(parts, held, TaskState.TASK_STATE_FAILED, said)
}

async function end(parts: RunnerParts, held: Held, state: TaskState, said: string): Promise<void> {
  const { journal, newId } = parts
  const { facts } = await journal.read(held.thread)
  const entry = endEntry(facts, state, { said, timestamp: journal.timestamp(), messageId: newId() })
  await journal.append(held.thread, [entry], { lease: held.token })
  parts.published(held.thread)
}

/** Hears, while the turn lasts, that the task is cancelled and what else the client says. */
async function listen(
  { journal, agent, note }: RunnerParts,
  open: OpenTurn,
  {
    facts: known,
    after,
    over,
    stop,
    lease,
  }: {
    readonly facts: TaskFacts
    readonly after: number
    readonly over: AbortSignal
    readonly stop: AbortController
    readonly lease: number
  },
): Promise<void> {
  const { turn, progress } = open
  const { thread } = turn
  const heed = async (facts: TaskFacts): Promise<void> => {
    if (facts.cancelRequested) stop.abort(new KeepupError('interrupted', cancelled))
    if (agent.receive === undefined) return
    for (const message of facts.messages.slice(progress.through)) {
      const number = progress.through + 1
      await agent.receive(turn, message, number)
      progress.through = number
      await journal.append(thread, [{ type: 'a2a/message-taken', data: { through: number } }], { lease })
    }
  }
  try {
    await heed(known)
    for await (const entry of journal.follow(thread, after, over)) {
      if (!isTaskEntry(entry)) continue
      if (entry.type === 'a2a/cancel-requested' || entry.type === 'a2a/message-received')
        await heed((await journal.read(thread)).facts)
    }
  } catch (error) {
    if (!over.aborted) note(`thread ${thread} is not heard any more: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
