import { canonicalJson, type Decision, type HookVerdict, type JsonValue, type Reason } from '@keepup/core'

import { showText } from './hook-text.ts'

/** What one hook said, and of which input. */
export interface Said {
  readonly name: string
  readonly verdict: HookVerdict
}

/**
 * All verdicts as one. Deny beats ask beats allow, whatever their order. Two hooks that rewrite one input in different ways at once deny; an allowance of an
 * input that another hook rewrote is none.
 */
export function joinVerdicts(said: readonly Said[]): HookVerdict {
  const verdicts = said.map(({ verdict }) => verdict)
  const rewritten = said.filter(({ verdict }) => verdict.input !== undefined)
  const conflict = conflictOf(rewritten, ({ input }) => input)
  const decision = joinDecisions([...verdicts.map((verdict) => heed(verdict, rewritten)), conflict])
  const stop = join(verdicts.flatMap(({ stop: reason }) => reason ?? []))
  const input = conflict === undefined ? rewritten[0]?.verdict.input : undefined
  const context = verdicts.flatMap(({ context: words = [] }) => words)
  const messages = verdicts.flatMap(({ messages: words = [] }) => words)
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(input === undefined ? {} : { input }),
    ...outputOf(said),
    ...(context.length === 0 ? {} : { context }),
    ...(stop === undefined ? {} : { stop }),
    ...(messages.length === 0 ? {} : { messages }),
  }
}

/** Deny beats ask beats allow. What they say is kept of all that say the same. */
export function joinDecisions(decisions: readonly (Decision | undefined)[]): Decision | undefined {
  const denials = decisions.flatMap((one) => (one?.type === 'deny' ? [one.reason] : []))
  const reason = join(denials)
  if (reason !== undefined) return { type: 'deny', reason }
  const asked = decisions.filter((one) => one?.type === 'ask')
  const [first] = asked
  if (first !== undefined) {
    const reasons = asked.flatMap((one): readonly Reason[] => one.reasons)
    const question = join(asked.map((one) => one.question)) ?? first.question
    const firm = asked.some((one) => one.firm === true)
    return { type: 'ask', question, reasons, ...(firm ? { firm } : {}) }
  }
  return decisions.find((one) => one?.type === 'allow')
}

/** A hook has allowed what it saw, or what it made of it: nothing else. */
function heed({ decision, input }: HookVerdict, rewritten: readonly Said[]): Decision | undefined {
  if (decision?.type !== 'allow' || rewritten.length === 0) return decision
  return input === undefined ? undefined : decision
}

function conflictOf(
  said: readonly Said[],
  part: (verdict: HookVerdict) => JsonValue | undefined,
): Decision | undefined {
  const values = new Set(said.map(({ verdict }) => canonicalJson(part(verdict))))
  if (values.size < 2) return undefined
  const names = said.map(({ name }) => showText(name)).join(' and ')
  return {
    type: 'deny',
    reason: `The hooks ${names} rewrote the input in different ways at once. Mark them as sequential, so that each sees what the one before made of it.`,
  }
}

/** Of two different outputs one would bring back what the other has taken out: then nothing is shown. */
function outputOf(said: readonly Said[]): Pick<HookVerdict, 'output'> {
  const replaced = said.filter(({ verdict }) => verdict.output !== undefined)
  const [first] = replaced
  if (first?.verdict.output === undefined) return {}
  const different = new Set(replaced.map(({ verdict }) => JSON.stringify(verdict.output)))
  if (different.size === 1) return { output: first.verdict.output }
  const names = replaced.map(({ name }) => showText(name)).join(' and ')
  const text = `[The output is withheld: the hooks ${names} replaced it in different ways. Mark them as sequential]`
  return { output: { content: [{ type: 'text', text }] } }
}

function join(texts: readonly string[]): string | undefined {
  const different = [...new Set(texts)]
  return different.length === 0 ? undefined : different.join('\n')
}
