import type { ContextPolicy, ContextSituation, Message, NewEntry, UserMessage } from '@keepup/core'

import { calibrate, uncalibrated } from './calibrate.ts'
import { checkNotes, type ProposeNotes } from './check-notes.ts'
import { type CompactionParts, compactMessages } from './compact-messages.ts'
import { type ContextBudget, contextBudget, budgetInTokens } from './context-budget.ts'
import { type CountTokens, estimateTokens, rememberSizes, type SizeOf } from './estimate-tokens.ts'
import { type FactsOfCall, factsOfKnownCall } from './facts-of-messages.ts'
import { findRequest } from './find-request.ts'
import { cutResults, maskResults } from './mask-results.ts'
import { namedArtifacts } from './named-artifacts.ts'
import { recentFrom, type Replacement, withReplacement } from './replacement.ts'

/** What a policy may be told; nothing is needed. */
export interface ContextPolicyOptions {
  readonly budget?: Partial<ContextBudget>
  /** In tokens: the window that a model is taken to have where nobody knows it; 32,000 when left out. A run does not end at it. */
  readonly assumedWindow?: number
  /** Counts tokens exactly, where a table of the model is at hand. */
  readonly count?: CountTokens
  /** What a completed call means, for tools that the default does not know. */
  readonly factsOfCall?: FactsOfCall
  /** A model's look at what gives way, checked against it. What it costs is not counted by the run. */
  readonly propose?: ProposeNotes
}

/** In tokens: what most models that somebody runs for themselves hold. */
const usualWindow = 32_000

/** The compaction that would be so many in a row without news is not made: the agent forgets and does the same again, and the limit of the context ends the run with an answer. */
const mostIdle = 2

/**
 * The policy for a window that fills: first old results are emptied, then all but the latest turns gives way to a ledger of what happened, then results that are
 * larger than the window are cut. A pure function of what it is shown (but for `propose`), so that a rewind before a compaction leaves no trace of it. It does
 * nothing where that would not gain a tenth of the window, or not get below the trigger. Throws `configuration-invalid` for a budget that is none.
 */
export function contextPolicy(options: ContextPolicyOptions = {}): ContextPolicy {
  const budget = contextBudget(options.budget)
  const counted = options.count ?? estimateTokens
  const sizeOf = rememberSizes(counted)
  const policy: ContextPolicy = async (situation) => {
    const fill = measure(situation, { shares: budget, counted, sizeOf })
    if (situation.estimate <= fill.budget.trigger) return []
    const request = findRequest(fill.messages, situation.request)
    const found = maskOld(fill, request) ?? (await compactOld(fill, { ...situation, ...options, request }))
    return found === undefined ? [] : [toEntry(found)]
  }
  policy.isDue = (estimate, window) => estimate > budgetInTokens(budget, window).trigger
  return Object.assign(policy, { assumedWindow: options.assumedWindow ?? usualWindow })
}

/** A prompt, in the provider's tokens. */
interface Fill {
  readonly messages: readonly Message[]
  readonly budget: ReturnType<typeof budgetInTokens>
  readonly count: CountTokens
  readonly size: SizeOf
  /** What a replacement leaves of it. */
  after(replacement: Replacement): number
  readonly before: number
}

interface MeasureParts {
  readonly shares: ContextBudget
  readonly counted: CountTokens
  readonly sizeOf: SizeOf
}

/** Calibrates by what the estimate, which rests on the provider's latest count, makes of the same messages. */
function measure({ system, messages: list, estimate, window }: ContextSituation, parts: MeasureParts): Fill {
  const { shares, counted, sizeOf } = parts
  const messages = [...list]
  const sum = (of: readonly Message[]): number => of.reduce((tokens, message) => tokens + sizeOf(message), 0)
  const whole = sum(messages)
  const { factor } = calibrate(uncalibrated, counted(system) + whole, estimate)
  return {
    messages,
    count: (text) => factor * counted(text),
    size: (message) => factor * sizeOf(message),
    budget: budgetInTokens(shares, window),
    before: estimate,
    after: (replacement) => estimate + factor * (sum(withReplacement(messages, replacement)) - whole),
  }
}

/** Empties old results, where that is enough. */
function maskOld(fill: Fill, request: UserMessage | undefined): Replacement | undefined {
  const { messages, budget, count, size } = fill
  const before = recentFrom(messages, budget.recent, size)
  const masked = maskResults(messages, before, request, count)
  const after = fill.after(masked)
  return after <= budget.target && gains(fill, after) ? masked : undefined
}

async function compactOld(
  fill: Fill,
  situation: ContextPolicyOptions & {
    readonly request: UserMessage | undefined
    readonly signal: AbortSignal
  },
): Promise<Replacement | undefined> {
  const { messages, budget, count, size } = fill
  const { request, signal, factsOfCall = factsOfKnownCall, propose } = situation
  const parts: CompactionParts = { messages, request, budget, count, size, factsOfCall }
  const plain = compactMessages(parts)
  if (plain !== undefined && plain.ledger.idle >= mostIdle) return undefined
  if (plain === undefined || fill.after(plain) > budget.trigger) return cutLarge(fill, plain)
  if (!gains(fill, fill.after(plain))) return undefined
  if (propose === undefined) return plain
  const notes = checkNotes(await proposed(propose, plain.gone, signal), plain.gone)
  const noted = compactMessages(parts, notes)
  return noted === undefined || fill.after(noted) > budget.trigger ? plain : noted
}

/** In milliseconds: a proposal that takes longer is done without. */
const longestProposal = 60_000

async function proposed(
  propose: ProposeNotes,
  gone: readonly Message[],
  signal: AbortSignal,
): Promise<Awaited<ReturnType<ProposeNotes>>> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestProposal)])
  const late = new Promise<never[]>((resolve) => {
    limit.addEventListener('abort', () => resolve([]), { once: true })
  })
  try {
    return await Promise.race([propose(gone, limit), late])
  } catch {
    return []
  }
}

/** The last resort: even the latest turn is larger than there is room for. */
function cutLarge(fill: Fill, compacted: Replacement | undefined): Replacement | undefined {
  const { messages, budget, count } = fill
  const left = compacted ?? { replaced: 0, by: [] }
  const by = cutResults(withReplacement(messages, left), fill.after(left) - budget.target, count)
  const cut = { replaced: messages.length, by }
  const after = fill.after(cut)
  return after <= budget.trigger && gains(fill, after) ? cut : undefined
}

function gains({ before, budget }: Fill, after: number): boolean {
  return before - after >= budget.least
}

function toEntry({ replaced, by }: Replacement): NewEntry {
  const data = { replaced, by }
  const artifacts = namedArtifacts(by)
  // The loop stamps it, and labels it with the join of all that the model was shown: every line of a ledger may come from any of it.
  const header = { version: 1, critical: true, time: 0, by: 'runtime' }
  return { type: 'context-compacted', ...header, ...(artifacts.length === 0 ? {} : { artifacts }), data }
}
