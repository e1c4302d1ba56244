import { openThread, type OpenThread } from '@keepup/checkpoint'
import { KeepupError, type ThreadId } from '@keepup/core'

import { isSettled } from '../../task/is-settled.ts'
import { taskFold } from '../../task/task-fold.ts'
import type { TaskFacts } from '../../task/task-state.ts'
import { runHeldTask } from './run-held-task.ts'
import type { RunnerParts } from './runner-parts.ts'
import { serverEnds } from './turn-ends.ts'

/** Lets the agent do the turns of tasks, each task in one process at a time. */
export interface TaskRunner extends AsyncDisposable {
  /** Looks after a task until nothing is to be done about it. Returns at once; harmless where it is looked after already. */
  wake(thread: ThreadId): void
  /** How many tasks are looked after. */
  readonly busy: number
}

/** In milliseconds: how often to look whether another process is done with a task. */
const heldPause = 500

/** Makes the runner of a server. Disposing of it interrupts the agent; what it was at is gone on with by whichever server starts next. */
export function createTaskRunner(parts: RunnerParts): TaskRunner {
  const closing = new AbortController()
  const running = new Map<ThreadId, Promise<void>>()
  const again = new Set<ThreadId>()

  function wake(thread: ThreadId): void {
    if (closing.signal.aborted) return
    if (running.has(thread)) {
      again.add(thread)
      return
    }
    const done = drive(parts, thread, closing.signal)
      .catch((error: unknown) => {
        if (!closing.signal.aborted) parts.note(`task thread ${thread} could not be run: ${String(error)}`)
      })
      .finally(() => {
        running.delete(thread)
        if (again.delete(thread)) wake(thread)
      })
    running.set(thread, done)
  }
  return {
    wake,
    get busy() {
      return running.size
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new KeepupError('interrupted', serverEnds))
      await Promise.all(running.values())
    },
  }
}

async function drive(parts: RunnerParts, thread: ThreadId, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    if (isSettled((await parts.journal.read(thread)).facts)) return
    const held = await hold(parts, thread)
    if (held === undefined) {
      await parts.clock.sleep(heldPause, closing).catch(() => {})
      continue
    }
    try {
      await runHeldTask(parts, held, closing)
    } finally {
      await held[Symbol.asyncDispose]()
    }
  }
}

/** Nothing where another process has it. */
async function hold(
  { journal, clock }: RunnerParts,
  thread: ThreadId,
): Promise<OpenThread<TaskFacts> | undefined> {
  try {
    const { checkpointer } = journal
    return await openThread({ checkpointer, thread, fold: taskFold, clock, owner: journal.owner() })
  } catch (error) {
    if (KeepupError.is(error, 'lease-held')) return undefined
    throw error
  }
}
