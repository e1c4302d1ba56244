import { findModel } from '../model/choose-model.ts'
import { firstSteps } from './first-start.ts'
import type { Painter } from './painter.ts'
import type { SessionHandle } from './session-handle.ts'

/** Shows which model is going to answer where none was named, or helps to one, before anything is said. */
export async function lookForModel(session: SessionHandle, painter: Painter): Promise<void> {
  const { line, conversation } = session
  if (conversation.place.settings.model !== undefined) return
  const found = await findModel(line.host.environment)
  if (found === undefined) return session.tell({ type: 'answer', text: await firstSteps(line.host) })
  painter.update((state) => ({ ...state, facts: { ...state.facts, model: found.reference } }))
  session.tell({ type: 'note', tone: 'quiet', text: `model ${found.reference}: ${found.because}` })
}
