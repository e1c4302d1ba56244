import type { Message, UserMessage } from '@keepup/core'

import type { ContextTokens } from './context-budget.ts'
import type { CountTokens, SizeOf } from './estimate-tokens.ts'
import { digestsOfCalls, type FactsOfCall, factsOfMessages } from './facts-of-messages.ts'
import { fitLedger, ledgerMessage, readLedgerMessage } from './ledger-text.ts'
import { addFacts, emptyLedger, type Ledger, type LedgerFact } from './ledger.ts'
import { recentFrom, type Replacement } from './replacement.ts'
import { isRuntimeWords } from './runtime-words.ts'

/** What a compaction is made of. */
export interface CompactionParts {
  readonly messages: readonly Message[]
  /** What was last asked, as the messages have it. */
  readonly request: UserMessage | undefined
  readonly budget: ContextTokens
  readonly count: CountTokens
  readonly size: SizeOf
  readonly factsOfCall: FactsOfCall
}

/** Messages that give way to a ledger of them, and words that stay as they were said. */
export interface Compacted extends Replacement {
  readonly ledger: Ledger
  /** What the ledger stands for from now on. */
  readonly gone: readonly Message[]
}

/**
 * Compacts all but the latest turns: a ledger first, then what was asked, word for word, as far as there is room for it; the last request always. `undefined` where
 * nothing comes before the latest turns.
 */
export function compactMessages(
  parts: CompactionParts,
  notes: readonly LedgerFact[] = [],
): Compacted | undefined {
  const { messages, budget, count, size, factsOfCall } = parts
  const replaced = recentFrom(messages, budget.recent, size)
  if (replaced === 0) return undefined
  const older = messages.slice(0, replaced)
  const said = older.filter((message) => !isRuntimeWords(message) || message === parts.request)
  // A request that looks like a ledger is a request.
  const before = said[0] === parts.request ? undefined : readLedgerMessage(said[0])
  const gone = said.slice(before === undefined ? 0 : 1)
  const words = wordsThatStay(gone, parts)
  const asked = gone.flatMap((message) =>
    message.role === 'user' && !words.has(message) ? askedFact(message) : [],
  )
  const facts = [...asked, ...factsOfMessages(gone, factsOfCall), ...notes]
  const left = gone.filter((message) => !words.has(message))
  const taken = { facts, messages: left.length, calls: digestsOfCalls(gone) }
  const ledger = fitLedger(addFacts(before ?? emptyLedger, taken), budget.ledger, count)
  return { replaced, by: [ledgerMessage(ledger), ...words], ledger, gone: left }
}

/** What people said that stays in full: the last request, then the first one, then the newest that fit. In the order in which they were said. */
function wordsThatStay(
  gone: readonly Message[],
  { request, budget, size }: CompactionParts,
): ReadonlySet<Message> {
  const said = gone.filter(({ role }) => role === 'user')
  const [first, ...others] = said
  const stays = new Set<Message>()
  let left = budget.requests
  for (const message of [request, first, ...others.toReversed()]) {
    if (message === undefined || stays.has(message) || !said.includes(message)) continue
    const tokens = size(message)
    if (message !== request && tokens > left) continue
    left -= tokens
    stays.add(message)
  }
  return new Set(said.filter((message) => stays.has(message)))
}

function askedFact({ content }: UserMessage): readonly LedgerFact[] {
  const text = content
    .map((part) => (part.type === 'text' ? part.text : '(a file)'))
    .join('\n')
    .trim()
  return text === '' ? [] : [{ kind: 'asked', text }]
}
