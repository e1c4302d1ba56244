import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import type { Task } from './graph-state.ts'
import { joinUpdate } from './join-update.ts'

/** What was joined last. */
interface Joined {
  readonly values: ChannelValues
  readonly updates: readonly (ChannelUpdate<ChannelValues> | undefined)[]
  readonly result: ChannelValues
}

/** A step is joined to decide what follows, and once more when its entry is folded: reducers are pure, so the second time is the first. */
const latest = new WeakMap<StateDefinition, Joined>()

/** The values after a step: the updates of its tasks in declared order, in whatever order they came. */
export function joinTasks(
  state: StateDefinition,
  values: ChannelValues,
  tasks: readonly Task[],
): ChannelValues {
  const known = latest.get(state)
  if (known?.values === values && sameUpdates(known.updates, tasks)) return known.result
  const updates = tasks.map(({ update }) => update)
  const result = updates.reduce<ChannelValues>((joined, update) => joinUpdate(state, joined, update), values)
  latest.set(state, { values, updates, result })
  return result
}

function sameUpdates(updates: Joined['updates'], tasks: readonly Task[]): boolean {
  return updates.length === tasks.length && updates.every((update, index) => update === tasks[index]?.update)
}
