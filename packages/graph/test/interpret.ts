import { end, type Send } from '../src/index.ts'
import { effectOf, type Plan, type RandomValues, targetsOf } from './random-plan.ts'

/** Where an interpretation begins and ends. */
export interface Position {
  readonly values: RandomValues
  readonly tasks: readonly (string | Send)[]
  readonly steps: number
}

/** What a graph means, in ten lines: all tasks of a step see one state, their updates are joined in order, and what follows is decided after that. */
export function interpret(plan: Plan, { values, tasks, steps }: Position): Position {
  if (tasks.length === 0 || steps >= plan.steps) return { values, tasks, steps }
  const updates = tasks.map((task) => effectOf(plan, task, values))
  const after = updates.reduce<RandomValues>(
    (joined, { log = [], total = 0, last = joined.last }) => ({
      log: [...joined.log, ...log],
      total: joined.total + total,
      last,
    }),
    values,
  )
  const next = tasks.flatMap((task) => targetsOf(plan, task, after)).filter((task) => task !== end)
  const unique = next.filter((task, at) => typeof task !== 'string' || next.indexOf(task) === at)
  return interpret(plan, { values: after, tasks: unique, steps: steps + 1 })
}
