import { requestToolName } from '../agent/request-transition.ts'
import { gateWords } from '../definition/gate-words.ts'
import type { SopWork } from '../definition/sop.ts'
import { type Place, type Session, sopOf } from './session.ts'

/** What an agent is told at the beginning of a phase, or after its gates did not pass. */
export function promptOf(session: Session, { phase, branch, work }: Place): string {
  const { task, feedback, machine } = session.journal.state
  const { id, invariants = [] } = sopOf(session)
  const gates = [...invariants, ...(work.exit ?? [])].map((gate) => `- ${gateWords(gate)}`)
  const as = branch === '' ? '' : `, as "${branch}",`
  const parts = [
    `The task:\n${task}`,
    `You are in the phase "${phase}"${as} of the procedure ${id} (step ${machine.visit}). ${work.prompt ?? ''}`.trim(),
    ...boundWords(work),
    ...said('When you end your turn, the runtime checks this; nothing that you say counts instead:', gates),
    ...said('What came of the work before:', feedback === '' ? [] : [feedback]),
  ]
  return parts.join('\n\n')
}

function boundWords({ tools, skills = [], produces = {} }: SopWork): readonly string[] {
  const handed = Object.entries(produces).map(([name, schema]) => `- ${name}: ${JSON.stringify(schema)}`)
  return [
    ...editWords(tools?.edit),
    ...said('Skills for this phase:', skills),
    ...said(`Hand over with ${requestToolName}, in artifacts:`, handed),
  ]
}

function editWords(edit: readonly string[] | undefined): readonly string[] {
  if (edit === undefined) return []
  return [edit.length === 0 ? 'You may edit no file in this phase.' : `You may edit only: ${edit.join(', ')}`]
}

function said(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${heading}\n${lines.join('\n')}`]
}
