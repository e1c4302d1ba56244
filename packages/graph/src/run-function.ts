import { checkedUpdate } from './checked-update.ts'
import type { FunctionNode } from './node.ts'
import { runAttempts } from './run-attempts.ts'
import type { Session, TaskPlace } from './session.ts'

/** Runs a function over the state. */
export function runFunction(
  session: Session,
  place: TaskPlace & { readonly definition: FunctionNode },
): Promise<void> {
  const { definition } = place
  return runAttempts(session, place, async (values, context) => {
    const update = await definition.run(values, context)
    return checkedUpdate(place, update, context.attempt)
  })
}
