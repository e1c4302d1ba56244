import { isDeepStrictEqual } from 'node:util'

import type { ContextPolicy, ContextSituation, Message, NewEntry, UserMessage } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { contextPolicy, estimateTokens, readLedgerMessage, rememberSizes } from '../../src/context/index.ts'
import { faultsOf, idsOf } from './prompt-rules.ts'
import { createChance, randomStep, says } from './random-talk.ts'

/** Compactions to try; 10,000 and more with `KEEPUP_COMPACTIONS=…`. */
const wanted = Number(process.env['KEEPUP_COMPACTIONS'] ?? 200)

interface Replaced {
  readonly replaced: number
  readonly by: readonly Message[]
}

function dataOf([entry, ...more]: readonly NewEntry[]): Replaced | undefined {
  expect(more).toEqual([])
  // The policy's own shape, checked by the rules below.
  return entry?.data as Replaced | undefined
}

const size = rememberSizes(estimateTokens)
const sizeOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, message) => sum + size(message), 0)

/** What the loop makes of it, with what it says of tools whose calls are gone. */
function apply(messages: readonly Message[], { replaced, by }: Replaced, kept: boolean): readonly Message[] {
  const words = kept ? [says('[Kept of todo, whose call was compacted away here]\n- fix the test')] : []
  return [...by, ...words, ...messages.slice(replaced)]
}

function check(
  before: readonly Message[],
  after: readonly Message[],
  request: UserMessage | undefined,
): void {
  expect(faultsOf(after)).toEqual([])
  if (request !== undefined) expect(after.some((message) => isDeepStrictEqual(message, request))).toBe(true)
  // What the model said is whole or gone: thinking stays with its calls.
  const said = new Set(before)
  for (const message of after) if (message.role === 'assistant') expect(said.has(message)).toBe(true)
  // What it has not seen yet is there.
  const last = before.findLastIndex(({ role }) => role === 'assistant')
  const unseen = before.slice(last + 1).flatMap(idsOf)
  expect(after.flatMap(idsOf).slice(after.flatMap(idsOf).length - unseen.length)).toEqual(unseen)
  checkLedger(after[0])
}

function checkLedger(message: Message | undefined): void {
  if (readLedgerMessage(message) === undefined) return
  const part = message?.content[0]
  const text = part?.type === 'text' ? part.text : ''
  const [, , ...lines] = text.split('\n')
  expect(lines.pop()).toBe('</untrusted-ledger>')
  for (const line of lines) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>`]/u)
    expect(Object.keys(JSON.parse(line)).length).toBeGreaterThan(0)
  }
}

/** A talk that goes on until nothing can be done about its window any more. Returns how often it was compacted, and how. */
async function talk(
  seed: number,
  policy: ContextPolicy,
): Promise<{ masked: number; compacted: number; stopped: boolean }> {
  const chance = createChance(seed)
  const window = chance.pick([16_000, 32_000, 64_000])
  const factor = 0.7 + chance.below(800) / 1_000
  // Without it the policy must guess from the words, and only the other rules can be asked of it.
  const known = chance.happens(0.9)
  let request = says(`the task of talk ${seed}`)
  let messages: readonly Message[] = [request]
  const counts = { masked: 0, compacted: 0, stopped: false }
  for (let step = 0; step < 80; step += 1) {
    const next = randomStep(chance)
    messages = [...messages, ...next.messages]
    request = next.request ?? request
    const estimate = Math.ceil(sizeOf(messages) * factor) + 1_500
    const situation: ContextSituation = {
      system: 'You are an agent.',
      messages,
      ...(known ? { request: structuredClone(request) } : {}),
      estimate,
      window,
      signal: new AbortController().signal,
    }
    if (policy.isDue?.(estimate, window) === false) continue
    const copy = structuredClone([...messages])
    const found = dataOf(await policy(situation))
    expect(messages, 'it changes nothing that it is shown').toEqual(copy)
    expect(dataOf(await policy({ ...situation, messages: copy })), 'it is pure').toEqual(found)
    if (found === undefined) {
      // The loop would end the run with an answer.
      if (estimate > window) return { ...counts, stopped: true }
      continue
    }
    const after = apply(messages, found, false)
    check(messages, after, situation.request)
    const left = Math.ceil(sizeOf(after) * factor) + 1_500
    expect(left).toBeLessThan(estimate)
    counts[
      readLedgerMessage(after[0])?.messages === readLedgerMessage(messages[0])?.messages
        ? 'masked'
        : 'compacted'
    ] += 1
    messages = apply(messages, found, chance.happens(0.3))
    expect(faultsOf(messages)).toEqual([])
  }
  return counts
}

describe('a window that fills', () => {
  test(
    `${wanted} compactions of random talks keep every rule`,
    { timeout: Math.max(60_000, wanted * 100) },
    async () => {
      const seen = { masked: 0, compacted: 0, stopped: 0, talks: 0 }
      const first = Number(process.env['KEEPUP_SEED'] ?? 1)
      for (let seed = first; seen.masked + seen.compacted < wanted; seed += 1) {
        const counts = await talk(seed, contextPolicy()).catch((error: unknown) => {
          throw new Error(`Replay it with KEEPUP_SEED=${seed}`, { cause: error })
        })
        seen.masked += counts.masked
        seen.compacted += counts.compacted
        seen.stopped += counts.stopped ? 1 : 0
        seen.talks += 1
      }
      console.info(`seen: ${JSON.stringify(seen)}`)
      expect(seen.masked).toBeGreaterThan(wanted / 20)
      expect(seen.compacted).toBeGreaterThan(wanted / 20)
    },
  )
})
