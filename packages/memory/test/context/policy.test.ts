import type { ContextPolicy, ContextSituation, Message, UserMessage } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import {
  calibrate,
  contextPolicy,
  defaultContextBudget,
  estimateTokens,
  type Ledger,
  readLedgerMessage,
  rememberSizes,
  uncalibrated,
} from '../../src/context/index.ts'
import { hostile, says } from './random-talk.ts'

const window = 20_000
const size = rememberSizes(estimateTokens)
let calls = 0

/** One turn with one call. */
function turn(
  name: string,
  input: Readonly<Record<string, string>>,
  result: string,
  error = false,
): Message[] {
  const id = `c${(calls += 1)}`
  return [
    {
      role: 'assistant',
      content: [
        { type: 'text', text: `I call ${name}.` },
        { type: 'tool-call', id, name, input },
      ],
    },
    {
      role: 'tool',
      content: [{ type: 'tool-result', id, name, content: [{ type: 'text', text: result }], error }],
    },
  ]
}

function situation(messages: readonly Message[], request?: UserMessage): ContextSituation {
  const estimate = messages.reduce((sum, message) => sum + size(message), 0)
  const { signal } = new AbortController()
  return { system: '', messages, ...(request === undefined ? {} : { request }), estimate, window, signal }
}

async function compacted(
  policy: ContextPolicy,
  messages: readonly Message[],
  request?: UserMessage,
): Promise<readonly Message[]> {
  const [entry] = await policy(situation(messages, request))
  if (entry === undefined) return messages
  // The policy's own shape.
  const { replaced, by } = entry.data as { replaced: number; by: readonly Message[] }
  return [...by, ...messages.slice(replaced)]
}

function ledgerOf(messages: readonly Message[]): Ledger {
  const ledger = readLedgerMessage(messages[0])
  if (ledger === undefined) throw new Error('There is no ledger.')
  return ledger
}

/** Words that masking cannot take away. */
const long = 'These are words that somebody said and that take their room. '.repeat(900)

describe('a context policy', () => {
  test('does nothing below its trigger, and says so before it is asked', async () => {
    const policy = contextPolicy()
    expect(policy.isDue?.(7_999, window)).toBe(false)
    expect(policy.isDue?.(8_001, window)).toBe(true)
    expect(policy.isDue?.(139_999, 200_000)).toBe(false)
    expect(policy.isDue?.(140_001, 200_000)).toBe(true)
    expect(await policy(situation([says('Go'), ...turn('read', { path: 'a' }, 'text')]))).toEqual([])
  })

  test('empties old results first, and leaves what was said and called', async () => {
    const request = says('Read all of them')
    const talk = [
      request,
      ...Array.from({ length: 14 }, (_, index) =>
        turn('read', { path: `f${index}` }, 'word '.repeat(700)),
      ).flat(),
    ]
    const after = await compacted(contextPolicy(), talk, request)
    expect(after).toHaveLength(talk.length)
    expect(after.filter(({ role }) => role !== 'tool')).toEqual(talk.filter(({ role }) => role !== 'tool'))
    expect(JSON.stringify(after[2])).toContain('removed to make room')
    expect(after.at(-1)).toEqual(talk.at(-1))
  })

  test('writes down what happened: files, calls, failures, answers and earlier words', async () => {
    const request = says('And now the second part')
    const talk = [
      says('The task'),
      ...turn('read', { path: 'src/a.ts' }, 'text'),
      ...turn('write', { path: 'src/b.ts', content: 'x' }, 'ok'),
      ...turn('apply_patch', { patch: '*** Begin Patch\n*** Update File: src/c.ts\n*** End Patch' }, 'ok'),
      ...turn('edit', { path: 'src/d.ts' }, 'Denied: not there', true),
      ...turn('shell', { command: 'deploy' }, 'Outcome unknown: it crashed', true),
      ...turn('ask_user', { question: 'Red or blue?' }, 'Blue.'),
      ...turn('shell', { command: 'pnpm test' }, 'ok'),
      says(long),
      { role: 'assistant', content: [{ type: 'text', text: 'First part done.' }] } as const,
      request,
      ...turn('read', { path: 'late.ts' }, 'unseen '.repeat(300)),
    ]
    const after = await compacted(contextPolicy(), talk, request)
    const { facts, compacted: times } = ledgerOf(after)
    expect(times).toBe(1)
    const told = facts.map(({ kind, text }) => `${kind}: ${text}`)
    expect(told).toEqual(
      expect.arrayContaining([
        'read: src/a.ts',
        'changed: src/b.ts',
        'changed: src/c.ts',
        'denied: edit {"path":"src/d.ts"}: Denied: not there',
        'unknown: shell deploy: Outcome unknown: it crashed',
        'answered: Red or blue? → Blue.',
        'ran: shell pnpm test',
        expect.stringContaining('asked: These are words'),
      ]),
    )
    expect(after).toContain(request)
    expect(after).toContain(talk[0])
    expect(after.slice(-2)).toEqual(talk.slice(-2))
  })

  test('keeps its facts over further compactions, each once', async () => {
    const request = says('Go on')
    let talk: readonly Message[] = [request, ...turn('write', { path: 'kept.ts' }, 'ok')]
    for (let round = 0; round < 4; round += 1) {
      talk = [
        ...talk,
        says(long),
        ...turn('write', { path: `round-${round}.ts` }, 'ok'),
        says(long),
        ...turn('read', { path: 'x' }, 'y'),
      ]
      talk = await compacted(contextPolicy(), talk, request)
    }
    const { facts, compacted: times } = ledgerOf(talk)
    expect(times).toBe(4)
    expect(facts.filter(({ text }) => text === 'kept.ts')).toHaveLength(1)
    expect(facts.filter(({ kind }) => kind === 'changed').map(({ text }) => text)).toEqual([
      'kept.ts',
      'round-0.ts',
      'round-1.ts',
      'round-2.ts',
      'round-3.ts',
    ])
    expect(talk.filter((message) => message === request)).toHaveLength(1)
  })

  test('stops where compactions bring nothing new any more', async () => {
    const request = says('Go on')
    let talk: readonly Message[] = [request]
    const lengths: number[] = []
    for (let round = 0; round < 6; round += 1) {
      talk = [
        ...talk,
        ...turn('shell', { command: 'again', pad: long }, 'the same'),
        ...turn('shell', { command: 'again' }, 'the same'),
      ]
      const before = talk.length
      talk = await compacted(contextPolicy(), talk, request)
      lengths.push(before - talk.length)
    }
    expect(lengths[0]).toBeGreaterThan(0)
    expect(lengths.slice(-2)).toEqual([0, 0])
    expect(ledgerOf(talk).idle).toBe(1)
  })

  test('goes on where the same calls come to something else each time', async () => {
    const request = says('Mend it')
    let talk: readonly Message[] = [request]
    for (let round = 0; round < 8; round += 1) {
      const before = talk.length + 4
      talk = [
        ...talk,
        ...turn('edit', { path: 'a.ts', text: long }, `edit ${round}`),
        ...turn('shell', { command: 'pnpm test' }, `run ${round}`),
      ]
      talk = await compacted(contextPolicy(), talk, request)
      expect(talk.length, `round ${round}`).toBeLessThan(before)
    }
    expect(ledgerOf(talk)).toMatchObject({ compacted: 8, idle: 0 })
  })

  test('cuts results that are larger than the window, and gives up on words that are', async () => {
    const request = says('Read it')
    const huge = [request, ...turn('read', { path: 'huge' }, `begin ${'word '.repeat(40_000)} end`)]
    const after = await compacted(contextPolicy(), huge, request)
    expect(situation(after).estimate).toBeLessThan(window / 2)
    expect(JSON.stringify(after)).toMatch(/begin .*characters were cut here.* end/)
    const words = [says('word '.repeat(40_000)), ...turn('read', { path: 'a' }, 'text')]
    expect(await contextPolicy()(situation(words))).toEqual([])
  })

  test('counts as the provider does: the same talk in twice the tokens is compacted to half the text', async () => {
    const request = says('Go')
    const talk = [
      request,
      ...Array.from({ length: 30 }, (_, index) =>
        turn('shell', { command: `echo ${index} ${'word '.repeat(300)}` }, 'ok'),
      ).flat(),
    ]
    const plain = await compacted(contextPolicy(), talk, request)
    const [entry] = await contextPolicy()({
      ...situation(talk, request),
      estimate: 2 * situation(talk).estimate,
    })
    expect(entry).toBeDefined()
    const replaced = Number((entry?.data as { replaced?: number } | undefined)?.replaced)
    expect(talk.length - replaced).toBeLessThan(plain.length - 2)
  })

  test.each([...hostile])('quotes what is hostile as data: %j', async (text) => {
    const request = says('Go')
    const talk = [
      request,
      ...turn('write', { path: text }, 'ok'),
      ...turn('shell', { command: text }, text, true),
      ...turn('ask_user', { question: text }, text),
      says(long),
      says(`${text}${long}`),
      ...turn('read', { path: 'a' }, 'b'),
    ]
    const after = await compacted(contextPolicy(), talk, request)
    const [part] = after[0]?.content ?? []
    const lines = (part?.type === 'text' ? part.text : '').split('\n')
    expect(lines.filter((line) => /<\/?untrusted-ledger>/.test(line))).toEqual([lines[0], lines.at(-1)])
    for (const line of lines.slice(2, -1)) {
      expect(line).toMatch(/^\{.*\}$/)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>]/u)
      expect(Object.keys(JSON.parse(line))).toSatisfy(
        (keys: string[]) => keys.length === 1 || keys[0] === 'compacted',
      )
    }
    expect(ledgerOf(after).facts).toContainEqual({ kind: 'changed', text })
  })

  test('names the artifacts of what stays, so that they stay stored', async () => {
    const file = (artifact: string) =>
      ({ type: 'file', mediaType: 'image/png', source: { artifact } }) as const
    const request: UserMessage = {
      role: 'user',
      content: [{ type: 'text', text: 'As in the picture' }, file('b'), file('a')],
    }
    const talk = [
      request,
      ...turn('write', { path: 'x' }, 'ok'),
      says(long),
      says(long),
      ...turn('read', { path: 'a' }, 'b'),
    ]
    const [entry] = await contextPolicy()(situation(talk, request))
    expect(entry?.artifacts).toEqual(['a', 'b'])
    expect((await contextPolicy()(situation([says('Go'), ...talk.slice(1)])))[0]?.artifacts).toBeUndefined()
  })

  test('takes only notes of a model whose quotes stand in what gives way', async () => {
    const request = says('Go')
    const talk = [
      request,
      ...turn('write', { path: 'plan.md' }, 'The plan says: ship on Friday'),
      says(long),
      says(long),
      ...turn('read', { path: 'a' }, 'b'),
    ]
    const notes = [
      { kind: 'decided', text: 'Ship on Friday', quote: 'ship on   Friday' },
      { kind: 'next', text: 'Delete everything', quote: 'nobody said this' },
      { kind: 'asked', text: 'forged', quote: 'ship on Friday' },
      { kind: 'done', text: 7, quote: 'ship on Friday' },
      null,
    ]
    // What a model wrote has any shape.
    const policy = contextPolicy({ propose: async () => notes as never })
    const { facts } = ledgerOf(await compacted(policy, talk, request))
    expect(facts.filter(({ kind }) => ['decided', 'next', 'done'].includes(kind))).toEqual([
      { kind: 'decided', text: 'Ship on Friday' },
    ])
    expect(JSON.stringify(facts)).not.toContain('forged')
    const failing = contextPolicy({ propose: () => Promise.reject(new Error('offline')) })
    expect(await failing(situation(talk, request))).toEqual(await contextPolicy()(situation(talk, request)))
  })

  test.each([{ trigger: 2 }, { target: 0.9 }, { recent: -1 }, { ledger: Number.NaN }, { recent: 0.5 }])(
    'refuses a budget that is none: %j',
    (budget) => expect(() => contextPolicy({ budget })).toThrow(/trigger|target|share|window/),
  )
})

test('a calibration follows a provider, and not nonsense', () => {
  let known = uncalibrated
  for (let count = 0; count < 20; count += 1) known = calibrate(known, 1_000, 1_300)
  expect(known.factor).toBeCloseTo(1.3)
  for (const nonsense of [0, -5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(calibrate(known, 1_000, nonsense)).toBe(known)
  expect(calibrate(uncalibrated, 1, 1e9).factor).toBe(3)
  expect(defaultContextBudget.target).toBeLessThan(defaultContextBudget.trigger)
})
