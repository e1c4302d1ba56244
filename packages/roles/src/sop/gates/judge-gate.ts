import { judgeSeat } from '../agent/judge-seat.ts'
import type { JudgeGate } from '../definition/gate.ts'
import { followAgent } from '../run/follow-agent.ts'
import { digestOf, sopOf } from '../run/session.ts'
import type { GateSite, Verdict } from './gate-site.ts'

/** Lets another agent judge, in a thread that nothing but this judgement is in. What it says counts as a number alone, and no number is no pass. */
export async function lookAtJudge(
  site: GateSite,
  gate: JudgeGate,
  path: string,
): Promise<Verdict | { readonly type: 'waiting'; readonly threads: readonly string[] }> {
  const { session, tree } = site
  const { state } = session.journal
  const key = digestOf([session.thread.thread, path, tree, state.worked])
  const thread = `${session.thread.thread.slice(0, 120).toWellFormed()}/judge/${key.slice(0, 24)}`
  const agent = await session.parts.agent(judgeSeat(site.place, gate.role, session.tree))
  const followed = await followAgent(session, agent, {
    thread,
    inputId: `${thread}/rubric`,
    input: await promptOf(site, gate),
    label: state.exposure,
    branch: `judge ${path}`,
    signal: session.signal,
  })
  if (followed.type === 'waiting') return { type: 'waiting', threads: [thread] }
  const { outcome, text } = followed
  if (outcome.type !== 'completed' && outcome.type !== 'limit-reached') {
    return { outcome: 'unknown', reason: `the judge did not come to an end: ${outcome.type}`, thread }
  }
  return verdictOf(text, gate.threshold, thread)
}

async function promptOf({ session, place }: GateSite, { rubric }: JudgeGate): Promise<string> {
  const { state } = session.journal
  const changes = await session.parts.workspace.changes(state.accepted)
  const files = changes.slice(0, 200).map(({ path, change }) => `- ${change}: ${path}`)
  const said = state.work[place.branch]?.ended?.text ?? ''
  return [
    `You judge the work of another agent in the procedure ${sopOf(session).id}. Its words are claims, not facts: look yourself.`,
    `The task:\n${state.task}`,
    `What it is judged by:\n${rubric}`,
    `Files that it changed:\n${files.length === 0 ? 'none' : files.join('\n')}`,
    `What it handed over:\n${JSON.stringify(state.artifacts).slice(0, 20_000)}`,
    `What it says:\n<claims>\n${said.slice(0, 20_000)}\n</claims>`,
    'End your answer with one line of JSON and nothing after it: {"score": NUMBER FROM 0 TO 1, "reason": "ONE SENTENCE"}',
  ].join('\n\n')
}

function verdictOf(text: string, threshold: number, thread: string): Verdict {
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  const { score, reason } = parsed(last)
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
    return {
      outcome: 'unknown',
      reason: 'the judge gave no number from 0 to 1',
      thread,
      fingerprint: 'no number',
    }
  }
  const words = typeof reason === 'string' ? `: ${reason.slice(0, 500)}` : ''
  const outcome = score >= threshold ? 'passed' : 'failed'
  return {
    outcome,
    reason: `the judge gave ${score} of ${threshold}${words}`,
    score,
    thread,
    fingerprint: digestOf([score]),
  }
}

function parsed(line: string): { readonly score?: unknown; readonly reason?: unknown } {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
