import type { Gate } from '../definition/gate.ts'
import { lookAtGates } from '../gates/look-at-gates.ts'
import { feedbackOf } from './feedback.ts'
import type { Place, Session } from './session.ts'

/** Looks at the gates after an edit. Where they do not pass, the files are as before it, and what the agent is told of that is returned. */
export async function checkEdit(
  session: Session,
  place: Place,
  gates: readonly Gate[],
): Promise<string | undefined> {
  const { journal, parts } = session
  const { kept } = journal.state
  const { id: tree } = await parts.workspace.snapshot()
  if (tree === kept) return undefined
  const result = await lookAtGates(session, place, gates, 'edit', tree)
  if (result.type === 'found' && result.outcome === 'passed') {
    journal.stage('edit-kept', { tree: result.tree })
    await journal.flush()
    return undefined
  }
  const undo = await parts.workspace.restore(kept)
  journal.stage('files-restored', { to: kept, undo, reason: 'edit' })
  await journal.flush()
  const said =
    result.type === 'waiting'
      ? 'A person would have to be asked before its gates may run.'
      : feedbackOf(result.evidence, 'findings')
  return `The edit was undone, all files are as before it, because its gates do not pass:\n${said}\nDo not repeat the same edit; read the file again before another one.`
}
