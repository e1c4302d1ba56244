import type { HumanGate } from '../definition/gate.ts'
import { askPerson } from '../run/ask-person.ts'
import { digestOf, type Session, sopOf } from '../run/session.ts'
import type { GateSite, Verdict } from './gate-site.ts'

/** Asks a person about the files as they are: where they change before the answer, it is asked anew. Waits durably. */
export async function lookAtPerson(
  { session, tree }: GateSite,
  gate: HumanGate,
  path: string,
): Promise<Verdict | { readonly type: 'waiting' }> {
  const { journal, clock } = session
  const digest = digestOf([session.thread.thread, path, gate.prompt, tree, journal.state.worked])
  const first = questionOf(session, gate, path, digest, false)
  const asked = journal.state.asked[first.approval]
  const until = gate.timeoutMs === undefined ? undefined : (asked?.until ?? clock.now() + gate.timeoutMs)
  const answer = await askPerson(session, first, until)
  if (answer.type === 'waiting') return answer
  if (answer.type === 'answered') return verdictOf(answer)
  const escalates = gate.onTimeout === 'escalate'
  if (journal.state.asked[first.approval]?.expired === undefined) {
    journal.stage('approval-expired', { approval: first.approval, escalated: escalates })
    await journal.flush()
  }
  if (!escalates)
    return {
      outcome: 'failed',
      reason: `nobody answered within ${gate.timeoutMs ?? 0} ms`,
      fingerprint: 'expired',
    }
  const second = await askPerson(session, questionOf(session, gate, path, digest, true))
  return second.type === 'answered' ? verdictOf(second) : { type: 'waiting' }
}

function questionOf(
  session: Session,
  { prompt, approvers }: HumanGate,
  path: string,
  digest: string,
  escalated: boolean,
) {
  const { id } = sopOf(session)
  return {
    approval: `human-${digest.slice(0, 20)}${escalated ? '-escalated' : ''}`,
    key: digest,
    digest,
    question: escalated ? `${prompt} (Nobody answered in time, so anybody may.)` : prompt,
    reasons: [{ rule: `sop ${id}`, text: `The gate ${path} asks a person.` }],
    effects: [],
    tool: 'sop-gate',
    input: { gate: path, task: session.journal.state.task },
    ...(approvers === undefined || escalated ? {} : { approvers }),
  }
}

function verdictOf({
  allow,
  by,
  message,
}: {
  readonly allow: boolean
  readonly by: string
  readonly message?: string
}): Verdict {
  const words = message === undefined ? '' : `: ${message}`
  return {
    outcome: allow ? 'passed' : 'failed',
    reason: `${by} ${allow ? 'agrees' : 'does not agree'}${words}`,
    by,
  }
}
