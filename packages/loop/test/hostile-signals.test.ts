import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEvent,
  type Checkpointer,
  type Label,
  type LabelTable,
  type Model,
  type NewSignal,
} from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, type TestTool, types } from './harness.ts'
import { witnessed } from './message-rules.ts'

let ids = 0
function signal(channel: string, type: string, data: unknown, more: Partial<NewSignal> = {}): NewSignal {
  return { id: `h${(ids += 1)}`, thread: 't', channel, type, time: 1, by: 'user', data, ...more }
}
const says = (text: string) => ({ message: { role: 'user', content: [{ type: 'text', text }] } })
const steer = (text: string) => signal('steers', 'steer', says(text))
const call = (name: string) => ({ name, input: {} })

/** A run whose tool `act` sends signals to its own thread in the middle of its call. */
function during(
  act: (checkpointer: Checkpointer) => Promise<unknown>,
  steps: readonly object[],
  more: object = {},
) {
  const checkpointer = memoryCheckpointer()
  const witness = witnessed(scriptedModel({ steps }))
  const tools = { act: { run: async () => (await act(checkpointer), completed('ok')) }, look: {} }
  return { ...harness({ checkpointer, model: witness.model, tools, ...more }), witness }
}

const acting = [{ calls: [call('act')] }, { text: 'done', repeat: true }]

describe('whatever anybody sends', () => {
  test('a run ends well, the thread stays readable, and every signal is accounted for', async () => {
    const odd = fc.anything({ withNullPrototype: false, maxDepth: 3, withDate: false }).map(asJson)
    const shaped = fc.oneof(
      odd,
      fc.record({ message: odd }),
      fc.record({ message: fc.record({ role: fc.constant('user'), content: fc.array(odd) }) }),
      fc.record({
        message: fc.record({
          role: fc.constant('user'),
          content: fc.array(
            fc.record({
              type: fc.constantFrom('text', 'file', '__proto__'),
              text: odd,
              mediaType: odd,
              name: odd,
              source: fc.oneof(odd, fc.record({ artifact: odd }), fc.record({ base64: odd })),
              ['__proto__']: odd,
            }),
          ),
        }),
      }),
      fc.record({ to: odd, tag: odd, at: odd, reason: odd, approval: odd, digest: odd, allow: odd }),
    )
    const sent = fc.record({
      channel: fc.constantFrom('messages', 'steers', 'control', 'answers:x'),
      type: fc.constantFrom('message', 'steer', 'tag', 'answer', 'dance', 'stop'),
      data: shaped,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 12 }), async (all) => {
        const signals = all.map(({ channel, type, data }) => signal(channel, type, data))
        const { run, checkpointer, witness } = during((one) => one.signal(signals, 'process'), acting)
        const events = await collect(run, { input: 'Go' })
        expect(types(events).at(-1)).toBe('run-finished')
        expect(witness.faults).toEqual([])
        await collect(run, { input: 'More' })
        expect(await checkpointer.pending('t')).toEqual([])
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
      { numRuns: 150 },
    )
  })

  test('texts that say nothing are declined, and as an input refused: providers would refuse the whole history', async () => {
    for (const content of [[{ type: 'text', text: '' }], [{ type: 'text', text: ' \n' }], []]) {
      const { run } = during(
        (one) => one.signal([signal('steers', 'steer', { message: { role: 'user', content } })], 'process'),
        acting,
      )
      expect(dataOf(await collect(run, { input: 'Go' }), 'signal-declined')).toHaveLength(1)
      await expect(collect(run, { input: content as never })).rejects.toMatchObject({ code: 'input-invalid' })
    }
  })

  test('three thousand steers at once are all heard, in order', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => steer(`steer ${index}`))
    const { run, witness } = during((one) => one.signal(many, 'process'), acting)
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'user-message')).toHaveLength(3_001)
    expect(witness.requests.at(-1)?.messages.at(-1)).toContain('steer 2999')
  })
})

/** What a database gives back: no functions, no cycles, no undefined. */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(
      JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner)) ??
        'null',
    )
  } catch {
    return null
  }
}

describe('nothing that was said is lost', () => {
  test.each(['messages', 'steers'])(
    '%s sent during the reserved last turn wait for the next run',
    async (channel) => {
      const checkpointer = memoryCheckpointer()
      const inner = scriptedModel({
        steps: [
          { when: { toolsOff: true }, text: 'so far', repeat: true },
          { when: { lastUser: 'and then' }, text: 'heard' },
          { calls: [call('look')], repeat: true },
        ],
      })
      let sent = false
      const model: Model = {
        ...inner,
        async *stream(request, abort) {
          if (request.toolChoice === 'none' && !sent) {
            sent = true
            await checkpointer.signal([signal(channel, 'message', says('and then'))], 'process')
          }
          yield* inner.stream(request, abort)
        },
      }
      const { run } = harness({ checkpointer, model, tools: { look: {} }, limits: { turns: 3 } })
      expect(outcomeOf(await collect(run, { input: 'Go' }))).toMatchObject({ text: 'so far' })
      expect(await checkpointer.pending('t')).toHaveLength(1)
      expect(outcomeOf(await collect(run))).toMatchObject({ outcome: { type: 'completed' }, text: 'heard' })
    },
  )

  test('steers beside an interrupt wait for the next run', async () => {
    const { run, checkpointer } = during(
      (one) => one.signal([signal('control', 'interrupt', { reason: 'no' }), steer('go left')], 'process'),
      acting,
    )
    expect(outcomeOf(await collect(run, { input: 'Go' }))).toMatchObject({ outcome: { type: 'interrupted' } })
    expect(await checkpointer.pending('t')).toHaveLength(1)
    expect(dataOf(await collect(run), 'user-message')).toMatchObject([{ delivery: 'steer' }])
  })

  test('a message is not delivered early because something else was taken', async () => {
    const { run, witness } = during(
      (one) =>
        one.signal(
          [signal('control', 'tag', { tag: 'here', at: 1 }), signal('messages', 'message', says('later'))],
          'process',
        ),
      [{ calls: [call('act')] }, { calls: [call('look')] }, { text: 'done', repeat: true }],
    )
    await collect(run, { input: 'Go' })
    expect(
      witness.requests.findIndex(({ messages }) => messages.some((text) => text.includes('later'))),
    ).toBe(3)
  })
})

describe('stop and interrupt', () => {
  test('together, the interrupt counts', async () => {
    const both = [
      signal('control', 'stop', { reason: 'lunch' }),
      signal('control', 'interrupt', { reason: 'now' }),
    ]
    const { run } = during((one) => one.signal(both, 'process'), acting)
    expect(outcomeOf(await collect(run, { input: 'Go' }))).toMatchObject({
      outcome: { type: 'interrupted', reason: 'now' },
    })
  })

  test('an interrupt is heard at once behind a tag and behind what nobody knows', async () => {
    const checkpointer = memoryCheckpointer()
    const act: TestTool = {
      repeat: 'once',
      async run(_, context) {
        const before = [signal('control', 'tag', { tag: 'a', at: 1 }), signal('control', 'dance', {})]
        await checkpointer.signal([...before, signal('control', 'interrupt', { reason: 'now' })], 'process')
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
        return { type: 'unknown', reason: 'stopped' }
      },
    }
    const { run } = harness({ checkpointer, steps: acting, tools: { act } })
    expect(outcomeOf(await collect(run, { input: 'Go' }))).toMatchObject({ outcome: { type: 'interrupted' } })
  })

  const asking = { pay: { repeat: 'once', decide: () => 'ask' } } as const satisfies Record<string, TestTool>
  const paying = [
    { calls: [call('pay')] },
    { when: { toolsOff: true }, text: 'not paid', repeat: true },
    { text: 'done', repeat: true },
  ]

  test.each([
    ['interrupt', 'interrupted'],
    ['stop', 'stopped'],
  ])('%s ends a run that waits, and leaves no call open', async (type, outcome) => {
    const { run, checkpointer } = harness({ steps: paying, tools: asking, unattended: 'wait' })
    expect(types(await collect(run, { input: 'Go' })).at(-1)).toBe('run-waiting')
    await checkpointer.signal([signal('control', type, { reason: 'enough' })], 'process')
    const events = await collect(run)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: outcome, reason: 'enough' } })
    expect(dataOf(events, 'tool-finished')).toHaveLength(1)
    const next = await collect(run, { input: 'Something else' })
    expect(types(next)).not.toContain('approval-requested')
    expect(outcomeOf(next)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('an interrupt during the wait before a retry ends it at once', async () => {
    const stop = new AbortController()
    const busy = {
      fail: { kind: 'overloaded', message: 'busy', retryable: true, retryAfter: 200_000 },
      repeat: true,
    }
    const { run } = harness({ steps: [busy] })
    const events: AgentEvent[] = []
    for await (const event of run({ thread: 't', input: 'Go', signal: stop.signal })) {
      events.push(event)
      if (event.type === 'model-failed') stop.abort(new Error('enough'))
    }
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'interrupted', reason: 'enough' } })
  })
})

describe('labels of what others say', () => {
  const web: Label = {
    integrity: 'free-text',
    sources: ['url:evil.example'],
    readers: 'anyone',
    confidential: false,
  }
  const labels: LabelTable = { default: web }
  const exposureOf = (events: readonly AgentEvent[]): Label | undefined => {
    const finished = events.find((event) => event.type === 'run-finished')
    return finished !== undefined && 'labels' in finished ? finished.labels?.default : undefined
  }

  test('a reason to stop that came from elsewhere lowers what the model was shown', async () => {
    const steps = [{ when: { toolsOff: true }, text: 'stopped', repeat: true }, ...acting]
    const { run } = during(
      (one) => one.signal([signal('control', 'stop', { reason: 'buy now' }, { labels })], 'process'),
      steps,
    )
    const events = await collect(run, { input: 'Go' })
    expect(exposureOf(events)?.sources).toContain('url:evil.example')
    const warning = events.find((event) => event.type === 'system-warning')
    expect(warning).toMatchObject({ labels: { default: { integrity: 'free-text' } } })
  })

  test('so does the message of a no, and the refused call is not the word of the runtime', async () => {
    const tools = { pay: { repeat: 'once', decide: () => 'ask' } } as const satisfies Record<string, TestTool>
    const { run, checkpointer } = harness({
      steps: [{ calls: [call('pay')] }, { text: 'done', repeat: true }],
      tools,
      unattended: 'wait',
    })
    const [asked] = dataOf(await collect(run, { input: 'Go' }), 'approval-requested')
    const answer = { approval: asked?.approval, digest: asked?.digest, allow: false, message: 'buy now' }
    await checkpointer.signal([signal(`answers:${asked?.approval}`, 'answer', answer, { labels })], 'process')
    const events = await collect(run)
    expect(exposureOf(events)?.sources).toContain('url:evil.example')
    const finished = events.find((event) => event.type === 'tool-finished')
    expect(finished).toMatchObject({ labels: { default: { integrity: 'free-text' } } })
  })

  test('a file has the label of its bytes, whoever attaches it', async () => {
    const artifacts = memoryArtifacts()
    const { hash } = await artifacts.put(new Uint8Array([1]), {
      mediaType: 'image/png',
      label: { ...web, confidential: true },
    })
    const { run } = harness({
      checkpointer: memoryCheckpointer({ artifacts }),
      artifacts,
      steps: [{ text: 'seen' }],
    })
    const input = [{ type: 'file', mediaType: 'image/png', source: { artifact: hash } }] as const
    expect(exposureOf(await collect(run, { input }))).toMatchObject({
      integrity: 'free-text',
      confidential: true,
    })
  })

  test('what was declined was not shown, and changes nothing', async () => {
    const bad = signal(
      'steers',
      'steer',
      { message: 'none' },
      { labels: { default: { ...web, confidential: true } } },
    )
    const { run } = during((one) => one.signal([bad], 'process'), acting)
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'signal-declined')).toHaveLength(1)
    expect(exposureOf(events)?.confidential).toBe(false)
  })

  test('who is not the user and says nothing of provenance has lost it', async () => {
    const { run } = during((one) => one.signal([{ ...steer('psst'), by: 'agent:other' }], 'process'), acting)
    expect(exposureOf(await collect(run, { input: 'Go' }))).toMatchObject({
      integrity: 'free-text',
      confidential: true,
    })
  })
})
