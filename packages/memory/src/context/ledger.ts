/** What a line of a ledger tells: what the runtime saw of calls and their results, and what was said. */
export const factKinds = [
  'changed',
  'unknown',
  'answered',
  'next',
  'decided',
  'asked',
  'denied',
  'failed',
  'done',
  'said',
  'read',
  'ran',
] as const

/** One of {@link factKinds}, the most important first. */
export type FactKind = (typeof factKinds)[number]

/**
 * One fact. `changed` and `read`: a file. `ran`: a call of another tool. `failed`, `denied`, `unknown`: a call that came to that. `answered`: a question to a person
 * and the answer. `asked`: words to the agent that are not there in full any more. `said`: the agent's latest words. `next`, `decided`, `done`: what a model noted.
 */
export interface LedgerFact {
  readonly kind: FactKind
  readonly text: string
}

/** What is left of messages that a prompt has no room for. Derived from them alone. */
export interface Ledger {
  /** How many compactions it has seen. */
  readonly compacted: number
  /** How many messages it stands for. */
  readonly messages: number
  /** How many compactions in a row saw no call that came to something new, and no new words: an agent that forgets and does the same again. */
  readonly idle: number
  /** Facts that there was no room for. */
  readonly leftOut: number
  /** Digests of the latest calls with what they came to, newest last. */
  readonly calls: readonly string[]
  /** Oldest first, each once, at the place where it was last seen. */
  readonly facts: readonly LedgerFact[]
}

/** A ledger of nothing. */
export const emptyLedger: Ledger = { compacted: 0, messages: 0, idle: 0, leftOut: 0, calls: [], facts: [] }

/** In characters: more of a fact is not kept. */
const longestFact = 300

/** So many digests of calls are kept: a circle of more calls is not noticed here. */
const mostCalls = 32

/** What a compaction takes away. */
export interface Gone {
  readonly facts: readonly LedgerFact[]
  readonly messages: number
  /** Digests of its calls, oldest first. */
  readonly calls: readonly string[]
}

/** A ledger that stands for more. */
export function addFacts(ledger: Ledger, { facts, messages, calls }: Gone): Ledger {
  const known = new Map(ledger.facts.map((fact) => [keyOf(fact), fact]))
  let news = calls.some((call) => !ledger.calls.includes(call))
  for (const fact of facts.map(shorten)) {
    const key = keyOf(fact)
    news ||= fact.kind === 'asked' && !known.has(key)
    known.delete(key)
    known.set(key, fact)
  }
  return {
    compacted: ledger.compacted + 1,
    messages: ledger.messages + messages,
    idle: news ? 0 : ledger.idle + 1,
    leftOut: ledger.leftOut,
    calls: [...new Set([...ledger.calls, ...calls].toReversed())].slice(0, mostCalls).toReversed(),
    facts: onlyLast([...known.values()], 'said'),
  }
}

function shorten({ kind, text }: LedgerFact): LedgerFact {
  return { kind, text: text.length <= longestFact ? text : `${text.slice(0, longestFact - 1)}…` }
}

function keyOf({ kind, text }: LedgerFact): string {
  return `${kind} ${text}`
}

function onlyLast(facts: readonly LedgerFact[], kind: FactKind): readonly LedgerFact[] {
  const last = facts.findLastIndex((fact) => fact.kind === kind)
  return facts.filter((fact, index) => fact.kind !== kind || index === last)
}
