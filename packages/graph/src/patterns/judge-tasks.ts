import { z } from 'zod'

import type { ManagedTask } from './managed-task.ts'
import { nodeOf } from './supervisor.ts'

/** A task that came to nothing. */
export interface Lost {
  /** The node of the worker. */
  readonly node: string
  readonly message: string
}

/** A task that came to nothing, for a channel. */
export const lost: z.ZodType<Lost> = z.object({ node: z.string(), message: z.string() })

/** What is to be judged. Failures are told, for each worker, in the order of its tasks that have no result. */
export function cameBack(tasks: readonly ManagedTask[], failures: readonly Lost[]): readonly ManagedTask[] {
  const left = [...failures]
  return tasks.flatMap((task) => {
    if (task.status === 'done') return [task]
    if (task.status !== 'assigned') return []
    const at = left.findIndex(({ node }) => node === nodeOf(task.worker))
    const [failure] = at === -1 ? [] : left.splice(at, 1)
    return [{ ...task, result: '', comments: `It failed: ${failure?.message ?? 'nobody knows why'}` }]
  })
}

/** What the manager says of a result. */
export interface Verdict {
  readonly id: string
  readonly accepted: boolean
  readonly comments: string
  readonly worker?: string | null | undefined
}

/** A verdict on each of some tasks. */
export function verdictsOn(
  ids: readonly string[],
  workers: readonly string[],
): z.ZodType<{ readonly verdicts: readonly Verdict[] }> {
  const verdict = z.object({
    id: z.enum(ids),
    accepted: z.boolean(),
    comments: z.string(),
    worker: z.enum(workers).nullish(),
  })
  return z.object({ verdicts: z.array(verdict) }).superRefine(({ verdicts }, context) => {
    const missing = ids.filter((id) => !verdicts.some((made) => made.id === id))
    if (missing.length > 0) context.addIssue(`there is no verdict on ${missing.join(', ')}`)
  })
}

/** A task after its verdict. What came to nothing is not accepted, whatever was said of it. */
export function judge(task: ManagedTask, verdict: Verdict | undefined, tries: number): ManagedTask {
  const isAccepted = task.status === 'done' && verdict?.accepted === true
  const comments = [task.comments, verdict?.comments ?? ''].filter((words) => words !== '').join('\n')
  if (isAccepted) return { ...task, status: 'accepted', comments }
  const status = task.tries < tries ? 'open' : 'failed'
  return { ...task, status, comments, worker: verdict?.worker ?? task.worker }
}
