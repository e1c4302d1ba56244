import { z } from 'zod'

/** One task of a plan that a manager made. */
export interface ManagedTask {
  readonly id: string
  readonly task: string
  /** The tasks that must be accepted before it begins. */
  readonly needs: readonly string[]
  readonly worker: string
  /** `open`: not begun; `assigned`: at work, or lost; `done`: to be checked; `failed`: as often tried as it may be. */
  readonly status: 'open' | 'assigned' | 'done' | 'accepted' | 'failed'
  readonly tries: number
  readonly result: string
  /** What the manager said of the last result, or why there is none. */
  readonly comments: string
}

/** A managed task, for a channel. */
export const managedTask: z.ZodType<ManagedTask> = z.object({
  id: z.string(),
  task: z.string(),
  needs: z.array(z.string()),
  worker: z.string(),
  status: z.enum(['open', 'assigned', 'done', 'accepted', 'failed']),
  tries: z.number(),
  result: z.string(),
  comments: z.string(),
})

/** A plan as a manager writes it. */
export interface ManagedPlan {
  readonly tasks: readonly Pick<ManagedTask, 'id' | 'needs' | 'task' | 'worker'>[]
}

/** A plan that can be carried out: tasks that are told apart, workers that are there, and needs that are met without going round in circles. */
export function planAmong(workers: readonly string[], most: number): z.ZodType<ManagedPlan> {
  const task = z.object({
    id: z.string().min(1).max(64),
    task: z.string().min(1),
    needs: z.array(z.string()),
    worker: z.enum(workers),
  })
  return z.object({ tasks: z.array(task).min(1).max(most) }).superRefine(({ tasks }, context) => {
    const ids = new Set(tasks.map(({ id }) => id))
    if (ids.size < tasks.length) context.addIssue('two tasks have the same id')
    const unknown = tasks.flatMap(({ needs }) => needs).filter((id) => !ids.has(id))
    if (unknown.length > 0) context.addIssue(`no task has the id ${[...new Set(unknown)].join(', ')}`)
    else if (goesInCircles(tasks)) context.addIssue('tasks need each other in a circle')
  })
}

function goesInCircles(tasks: ManagedPlan['tasks']): boolean {
  const met = new Set<string>()
  let left = tasks
  while (left.length > 0) {
    const waiting = left.filter(({ needs }) => !needs.every((id) => met.has(id)))
    if (waiting.length === left.length) return true
    for (const { id } of left) if (!waiting.some((other) => other.id === id)) met.add(id)
    left = waiting
  }
  return false
}

/** The tasks that can begin. */
export function readyTasks(tasks: readonly ManagedTask[]): readonly ManagedTask[] {
  const accepted = new Set(tasks.filter(({ status }) => status === 'accepted').map(({ id }) => id))
  return tasks.filter(({ status, needs }) => status === 'open' && needs.every((id) => accepted.has(id)))
}

/** Tasks as a model is told of them. */
export function listTasks(tasks: readonly ManagedTask[]): string {
  return tasks
    .map(({ id, task, worker, status, result, comments }) => {
      const words = [result && `result: ${result}`, comments && `comments: ${comments}`].filter(Boolean)
      return [`- ${id} [${status}] ${worker}: ${task}`, ...words].join('\n  ')
    })
    .join('\n')
}
