import { deadlineOf, type PlannedTurn } from './graceful-recovery.ts'
import { listens, runHooks } from './hook-moments.ts'
import { callModel } from './model-call.ts'
import { onAbort } from './on-abort.ts'
import type { Session } from './session.ts'
import { runTools } from './tool-runner.ts'

/**
 * TurnExecutor: one model call and the tool calls it asked for. Goes on inside a turn that was begun before. `waiting`: calls wait for an answer.
 * A time limit of the run ends what is under way; the plan for the next turn then says so to the model.
 */
export async function executeTurn(session: Session, plan: PlannedTurn): Promise<'done' | 'waiting'> {
  const deadline = startDeadline(session, plan)
  try {
    if (session.journal.state.turn === undefined) {
      const answered = await callModel(session, plan, deadline.signal)
      if (answered !== undefined && listens(session, 'model-answered')) {
        const { model, message, usage } = answered
        await runHooks(session, { type: 'model-answered', model, message, usage })
      }
      if (session.journal.state.turn === undefined) return 'done'
    }
    return await runTools(session, deadline.signal, plan.toolChoice)
  } finally {
    deadline.stop()
  }
}

/** Timers may be a millisecond early, and the entries that follow must say that the time is over. */
const tick = 2

/** A signal that is aborted with the session, or when the time of the turn is over. */
function startDeadline(
  session: Session,
  { toolChoice }: PlannedTurn,
): { readonly signal: AbortSignal; stop(): void } {
  const { clock } = session.parts
  const left = deadlineOf(session.journal.state, toolChoice) - clock.now()
  if (left === Number.POSITIVE_INFINITY) return { signal: session.abort.signal, stop() {} }
  const timer = new AbortController()
  const over = new AbortController()
  const forget = onAbort(session.abort.signal, () => over.abort(session.abort.signal.reason))
  clock.sleep(Math.max(0, left) + tick, timer.signal).then(
    () => over.abort(new DOMException('The time of the run is over', 'TimeoutError')),
    () => {},
  )
  return {
    signal: over.signal,
    stop() {
      forget()
      timer.abort()
    },
  }
}
