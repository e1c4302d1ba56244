import type { JsonValue } from '@keepup/core'
import { describe, expect, it } from 'vitest'

import { asText } from '../../src/templates/expression/compile-value.ts'
import { missingParts, readTemplate } from '../../src/templates/index.ts'
import { goOn, runTemplate, short } from './run-template.ts'
import { straight } from './straight.ts'

const channel = { out: {} }

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
        return `${asText(item ?? null)}${asText(index ?? null)}`
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
