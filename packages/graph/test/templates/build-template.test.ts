import {
  type AgentEvent,
  type FinishedCall,
  type JsonValue,
  noUsage,
  type RunAgent,
  type ToolOutcome,
} from '@keepup/core'
import { createShiftingClock } from '@keepup/testing'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, it } from 'vitest'

import { answerGraph, signalGraph } from '../../src/index.ts'
import { missingParts, readTemplate } from '../../src/templates/index.ts'
import { goOn, runTemplate, short } from './run-template.ts'

const channel = { out: {} }
const straight = (...nodes: readonly string[]) => [
  { from: 'start', to: nodes[0] ?? 'end' },
  ...nodes.map((from, index) => ({ from, to: nodes[index + 1] ?? 'end' })),
]

describe('a template that runs', () => {
  it('calls a function with what its expressions give, and keeps what it gives back', async () => {
    const seen: JsonValue[] = []
    const run = await runTemplate(
      {
        parameters: {
          name: { schema: { type: 'string' } },
          times: { schema: { type: 'integer' }, default: 2 },
        },
        channels: channel,
        nodes: {
          greet: {
            kind: 'function',
            function: 'host.greet',
            with: {
              text: 'Hello {{ input.name }}!',
              times: '{{ input.times + 1 }}',
              deep: [{ n: '{{ [1, 2] }}' }],
            },
            update: { out: 'said: {{ result }}' },
          },
        },
        edges: straight('greet'),
      },
      { functions: { 'host.greet': (given) => (seen.push(given), { words: ['a', 1, null] }) } },
      { input: { name: 'Ann' } },
    )
    expect(seen).toEqual([{ text: 'Hello Ann!', times: 3, deep: [{ n: [1, 2] }] }])
    expect(run).toMatchObject({
      outcome: { type: 'completed' },
      output: { out: 'said: {"words":["a",1,null]}' },
    })
  })

  it('refuses to begin with parameters that are missing, unknown or wrong, and tells all of them', async () => {
    const template = {
      parameters: { a: { schema: { type: 'string' } }, b: { schema: { type: 'integer' } } },
      nodes: { end1: { kind: 'set' as const, update: {} } },
      edges: straight('end1'),
    }
    await expect(runTemplate(template, {}, { input: { b: 'x', c: 1 } })).rejects.toThrow(
      /c is no parameter: there are a, b; a is missing; b is "x"/,
    )
  })

  it('fails at a function that is not given, says so, and goes on once it is', async () => {
    const template = {
      channels: channel,
      nodes: { go: { kind: 'function' as const, function: 'f', update: 'out' } },
      edges: straight('go'),
    }
    expect(missingParts(await readTemplate(short(template)))).toEqual({
      functions: ['f'],
      tools: [],
      agents: [],
      model: false,
    })
    const failed = await runTemplate(template)
    expect(failed.outcome).toMatchObject({
      type: 'failed',
      failures: [
        {
          node: 'go',
          code: 'not-supported',
          message: expect.stringContaining('the function f is not given'),
        },
      ],
    })
    const mended = await runTemplate(template, { functions: { f: () => 7 } })
    const gone = await goOn({ ...failed, built: mended.built })
    expect(gone).toMatchObject({ outcome: { type: 'completed' }, output: { out: 7 } })
  })

  it('leads a failure along its error edge, and shows it to expressions', async () => {
    const run = await runTemplate(
      {
        channels: channel,
        nodes: {
          bad: { kind: 'function', function: 'f', retry: { attempts: 2, delay: '1ms' } },
          mend: {
            kind: 'set',
            update: { out: '{{ failure.node }} after {{ failure.attempt }}: {{ failure.message }}' },
          },
        },
        edges: [...straight('bad'), { from: 'bad', to: 'mend', on: 'error' }, { from: 'mend', to: 'end' }],
      },
      { functions: { f: () => Promise.reject(new Error('no luck')) } },
    )
    expect(run).toMatchObject({ outcome: { type: 'completed' }, output: { out: 'bad after 2: no luck' } })
  })

  it('decides by conditions and edges, and ends loops at their bound', async () => {
    const run = await runTemplate({
      channels: { count: { schema: { type: 'integer' }, reducer: 'sum' }, path: { reducer: 'append' } },
      nodes: {
        add: { kind: 'set', visits: 5, otherwise: 'done', update: { count: 1, path: ['add'] } },
        size: { kind: 'condition', cases: [{ when: 'state.count < 3', to: 'small' }], else: 'large' },
        small: { kind: 'set', update: { path: ['small'] } },
        large: { kind: 'set', update: { path: ['large {{ state.count }}'] } },
        done: { kind: 'set', update: { path: ['done'] } },
      },
      edges: [
        { from: 'start', to: 'add' },
        { from: 'add', to: 'size' },
        { from: 'small', to: 'add' },
        { from: 'large', to: 'add', when: 'state.count < 100' },
        { from: 'large', to: 'end', otherwise: true },
        { from: 'done', to: 'end' },
      ],
      output: '{{ state.path.join(",") }}',
    })
    expect(run.output).toBe('add,small,add,small,add,large 3,add,large 4,add,large 5,done')
  })

  it('joins branches', async () => {
    const run = await runTemplate({
      channels: { seen: { reducer: 'append' } },
      nodes: {
        a: { kind: 'set', update: { seen: ['a'] } },
        b: { kind: 'set', update: { seen: ['b'] } },
        b2: { kind: 'set', update: { seen: ['b2'] } },
        both: { kind: 'set', update: { seen: ['{{ size(state.seen) }}'] } },
      },
      edges: [
        { from: 'start', to: ['a', 'b'] },
        { from: 'b', to: 'b2' },
        { from: ['a', 'b2'], to: 'both' },
        { from: 'both', to: 'end' },
      ],
      output: '{{ state.seen }}',
    })
    expect(run.output).toEqual(['a', 'b', 'b2', 3])
  })

  it('does one thing with each item of a list, in order, and nothing with an empty one', async () => {
    const template = {
      parameters: { items: {} },
      channels: {
        list: { schema: { type: 'array' as const }, initial: [] },
        log: { reducer: 'append' as const },
      },
      nodes: {
        each: {
          kind: 'map' as const,
          over: 'input.items',
          do: {
            kind: 'function' as const,
            function: 'f',
            with: { item: '{{ item }}', index: '{{ index }}' },
            update: { log: ['{{ result }}'] },
          },
          update: 'list',
        },
      },
      edges: straight('each'),
    }
    const functions = {
      f: async ({ item, index }: Readonly<Record<string, JsonValue>>) => {
        await new Promise((resolve) => setTimeout(resolve, item === 'a' ? 20 : 0))
        return `${String(item)}${String(index)}`
      },
    }
    const full = await runTemplate(template, { functions }, { input: { items: ['a', 'b', 'c'] } })
    expect(full.output).toEqual({ list: ['a0', 'b1', 'c2'], log: ['a0', 'b1', 'c2'] })
    const empty = await runTemplate(template, { functions }, { input: { items: [] } })
    expect(empty.output).toEqual({ list: [], log: [] })
    const wrong = await runTemplate(template, { functions }, { input: { items: 'text' } })
    expect(wrong.outcome).toMatchObject({
      type: 'failed',
      failures: [{ node: 'each', message: expect.stringContaining('is no list') }],
    })
  })

  it('leads a failure of one item along the error edge of its map', async () => {
    const run = await runTemplate(
      {
        channels: channel,
        nodes: {
          each: {
            kind: 'map',
            over: '[1, 2]',
            do: { kind: 'function', function: 'f', with: { item: '{{ item }}' } },
          },
          mend: { kind: 'set', update: { out: '{{ failure.message }}' } },
        },
        edges: [...straight('each'), { from: 'each', to: 'mend', on: 'error' }, { from: 'mend', to: 'end' }],
      },
      { functions: { f: ({ item }) => (item === 2 ? Promise.reject(new Error('two')) : 1) } },
    )
    expect(run).toMatchObject({ outcome: { type: 'completed' }, output: { out: 'two' } })
  })

  it('runs a graph within, for each item too, with parameters in and its output out', async () => {
    const run = await runTemplate({
      channels: { out: {}, all: {} },
      graphs: {
        twice: short({
          name: 'twice',
          parameters: { n: { schema: { type: 'number' } } },
          channels: { sum: { schema: { type: 'number' }, initial: 0 } },
          nodes: { add: { kind: 'set', update: { sum: '{{ input.n * 2 }}' } } },
          edges: straight('add'),
          output: '{{ state.sum }}',
        }),
      },
      nodes: {
        one: { kind: 'graph', graph: 'twice', with: { n: 21 }, update: 'out' },
        many: {
          kind: 'map',
          over: '[1, 2, 3]',
          do: { kind: 'graph', graph: 'twice', with: { n: '{{ item }}' } },
          update: 'all',
        },
      },
      edges: straight('one', 'many'),
    })
    expect(run).toMatchObject({ outcome: { type: 'completed' }, output: { out: 42, all: [2, 4, 6] } })
  })
})

describe('a template that waits', () => {
  const asks = {
    channels: { said: {}, by: {} },
    nodes: {
      ask: {
        kind: 'wait' as const,
        for: 'person' as const,
        question: 'Ship {{ 1 + 1 }}?',
        options: ['yes', 'no'],
        answer: { enum: ['yes', 'no'] },
        within: '7d',
        late: { said: 'nobody answered' },
        update: { said: '{{ result }}', by: '{{ by }}' },
      },
    },
    edges: straight('ask'),
  }

  it('takes an answer that fits, and none that does not', async () => {
    const run = await runTemplate(asks)
    expect(run.waits).toMatchObject([
      { node: 'ask', wait: { for: 'person', question: { text: 'Ship 2?', options: ['yes', 'no'] } } },
    ])
    const {
      checkpointer,
      thread,
      built: { graph },
    } = run
    await expect(answerGraph({ graph, checkpointer, thread, node: 'ask', answer: 'maybe' })).rejects.toThrow(
      'does not fit',
    )
    await answerGraph({ graph, checkpointer, thread, node: 'ask', answer: 'yes', by: 'user:ann' })
    expect(await goOn(run)).toMatchObject({
      outcome: { type: 'completed' },
      output: { said: 'yes', by: 'user:ann' },
    })
  })

  it('goes on by itself once its time has come', async () => {
    const clock = createShiftingClock()
    const run = await runTemplate(asks, {}, { clock })
    clock.shift(6 * 86_400_000)
    expect((await goOn(run, clock)).waits).toHaveLength(1)
    clock.shift(2 * 86_400_000)
    expect(await goOn(run, clock)).toMatchObject({
      outcome: { type: 'completed' },
      output: { said: 'nobody answered' },
    })
  })

  it('takes a signal, and waits for a time that an expression gives', async () => {
    const clock = createShiftingClock()
    const until = new Date(clock.now() + 3_600_000).toISOString()
    const run = await runTemplate(
      {
        parameters: { until: { schema: { type: 'string' } } },
        channels: channel,
        nodes: {
          build: {
            kind: 'wait',
            for: 'signal',
            signal: 'build.done',
            data: { type: 'object' },
            update: { out: '{{ result.id }}' },
          },
          rest: { kind: 'wait', for: 'time', until: 'input.until' },
        },
        edges: straight('build', 'rest'),
      },
      {},
      { input: { until }, clock },
    )
    const { checkpointer, thread } = run
    await signalGraph({ checkpointer, thread, name: 'build.done', data: { id: 'b7' } })
    const rests = await goOn(run, clock)
    expect(rests).toMatchObject({
      output: { out: 'b7' },
      waits: [{ node: 'rest', wait: { for: 'time', until: Date.parse(until) } }],
    })
    clock.shift(3_600_001)
    expect(await goOn(rests, clock)).toMatchObject({ outcome: { type: 'completed' } })
  })
})

describe('a template that asks models, agents and tools', () => {
  it('asks a model, checks its answer, and asks again where it does not fit', async () => {
    let asked = 0
    const answers = ['no JSON', '{"n": "x"}', '```json\n{"n": 5}\n```']
    const run = await runTemplate(
      {
        channels: channel,
        nodes: {
          ask: {
            kind: 'prompt',
            prompt: 'A number',
            schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
            retry: { attempts: 3, delay: '1ms' },
            update: { out: '{{ result.n }}' },
          },
        },
        edges: straight('ask'),
      },
      { model: () => scriptedModel({ steps: [{ text: answers[asked++] ?? '' }] }) },
    )
    expect(run).toMatchObject({ outcome: { type: 'completed' }, output: { out: 5 } })
    expect(asked).toBe(3)
  })

  it('gives an agent its prompt and its configuration', async () => {
    const told: unknown[] = []
    const agent: RunAgent = async function* run({ input, limits, mode, thread }) {
      told.push(input, limits, mode)
      yield* finished(thread, 'done')
    }
    const run = await runTemplate(
      {
        channels: channel,
        agents: {
          writer: {
            system: 'Write.',
            tools: ['read_file'],
            mode: 'plan',
            limits: { turns: 3, money: 0.5, time: '2m' },
          },
        },
        nodes: { write: { kind: 'agent', agent: 'writer', prompt: 'About {{ "tea" }}', update: 'out' } },
        edges: straight('write'),
      },
      { agent: (configuration) => (told.push(configuration.name, configuration.tools), agent) },
    )
    expect(run).toMatchObject({ outcome: { type: 'completed' }, output: { out: 'done' } })
    expect(told).toEqual([
      'writer',
      ['read_file'],
      'About tea',
      { turns: 3, money: 500_000_000, time: 120_000 },
      'plan',
    ])
  })

  it.each<[ToolOutcome, unknown]>([
    [{ type: 'completed', output: { content: [{ type: 'text', text: 'plain' }] } }, { type: 'completed' }],
    [
      { type: 'denied', reason: 'not here' },
      { type: 'failed', failures: [{ code: 'tool-denied', message: 'look was denied: not here' }] },
    ],
    [
      { type: 'failed', code: 'x', message: 'broke' },
      { type: 'failed', failures: [{ code: 'tool-failed', message: 'look: broke' }] },
    ],
  ])('calls a tool that came to %j', async (outcome, expected) => {
    const call = { outcome, labels: { default: 'x' } } as unknown as FinishedCall // labels are not looked at here
    const run = await runTemplate(
      {
        channels: channel,
        nodes: { look: { kind: 'tool', tool: 'look', with: { at: '{{ 1 }}' }, update: 'out' } },
        edges: straight('look'),
      },
      {
        runTool: ({ name, input }) => (
          expect({ name, input }).toEqual({ name: 'look', input: { at: 1 } }),
          Promise.resolve(call)
        ),
      },
    )
    expect(run.outcome).toMatchObject(expected as object) // an object of the table
    if (outcome.type === 'completed') expect(run.output).toEqual({ out: 'plain' })
  })
})

/** The one event of an agent's run that a graph looks at. */
async function* finished(thread: string, text: string): AsyncGenerator<AgentEvent> {
  const data = { outcome: { type: 'completed' }, text, turns: 1, usage: noUsage, cost: 0 }
  yield await Promise.resolve({ type: 'run-finished', thread, data } as unknown as AgentEvent) // the rest is not looked at
}
