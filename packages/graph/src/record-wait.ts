import type { Wait } from './graph-state.ts'
import { addressOf, labelsOf, type Session, taskAt, type TaskPlace } from './session.ts'

/** Records that a task waits, unless that is recorded. */
export async function recordWait(session: Session, place: TaskPlace, wait: Wait): Promise<void> {
  const task = taskAt(session, place)
  if (task?.status === 'waiting' && task.wait?.id === wait.id) return
  const { data, header } = addressOf(place)
  const { until } = wait
  session.journal.stage(
    'node-waiting',
    { ...data, wait },
    { ...header, labels: labelsOf(session, place), ...(until === undefined ? {} : { until }) },
  )
  await session.journal.flush()
}

/** Names a wait: readable, and another one for every task, also on a fork. */
export function waitId({ node, key }: TaskPlace, suffix: string = ''): string {
  return `${node.replaceAll('/', '.').slice(-80)}-${key().slice(0, 12)}${suffix}`
}
