import { memoryCheckpointer } from '@keepup/checkpoint'
import type { JsonObject, JsonValue } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, it } from 'vitest'

import { answerGraph, graphState, resumeGraph, runGraph } from '../../src/index.ts'
import {
  autogptFunctions,
  buildTemplate,
  importAutogpt,
  readTemplate,
  reportLines,
  type TemplateParts,
} from '../../src/templates/index.ts'
import { exported } from './exported.ts'

interface Imported {
  readonly output: JsonValue
  readonly outcome: string | undefined
  readonly failures: readonly string[]
  readonly answer: (node: string, answer: unknown) => Promise<Imported>
}

/** Imports a graph and runs it in memory. */
async function run(graph: JsonObject, input: JsonObject = {}, parts: TemplateParts = {}): Promise<Imported> {
  const { template } = importAutogpt(JSON.stringify(graph))
  const functions = { ...autogptFunctions(), ...parts.functions }
  const built = buildTemplate(await readTemplate(template), { ...parts, functions })
  const checkpointer = memoryCheckpointer()
  const place = { graph: built.graph, checkpointer, thread: 'test' }
  const stand = async (events: AsyncIterable<unknown>): Promise<Imported> => {
    for await (const event of events) void event
    const { values, outcome } = await graphState(place)
    const failures = outcome?.type === 'failed' ? outcome.failures.map(({ message }) => message) : []
    return {
      output: built.output(values),
      outcome: outcome?.type,
      failures,
      async answer(node, answer) {
        await answerGraph({ ...place, node, answer })
        return stand(resumeGraph(place))
      },
    }
  }
  return stand(runGraph({ ...place, input: built.input(input) }))
}

describe('a graph that AutoGPT exported', () => {
  it('runs with its inputs, its defaults and what it computes', async () => {
    const graph = exported(
      [
        ['a', 'input', { name: 'First number' }],
        ['b', 'input', { name: 'Second', value: 34 }],
        ['sum', 'calculator', { operation: 'Add' }],
        ['text', 'fill', { format: '{{ sum }} = {{ a }} + {{b | safe}}' }],
        ['out', 'output', { name: 'The sum' }],
        ['note', 'note', { text: 'hello' }],
      ],
      [
        '!a.result > sum.a',
        '!b.result > sum.b',
        'sum.result > text.values_#_sum',
        '!a.result > text.values_#_a',
        '!b.result > text.values_#_b',
        'text.output > out.value',
      ],
    )
    expect(await run(graph, { first_number: 8 })).toMatchObject({
      outcome: 'completed',
      output: { 'The sum': '42 = 8 + 34' },
    })
    await expect(run(graph)).rejects.toThrow('first_number is missing')
    const { report } = importAutogpt(JSON.stringify(graph))
    expect(reportLines(report)).toEqual([
      'Short graph: 6 blocks; 5 mapped, 0 missing a function, 1 left out',
      'mapped    Agent Input -> input.first_number (parameter)',
      'mapped    Agent Input -> input.second (parameter)',
      'left-out  Note',
      '          is a note for readers',
      'mapped    Calculator -> calculator (function autogpt.calculator)',
      'mapped    Fill Text Template -> fill_text_template (function autogpt.fill_text_template)',
      '          of Jinja, names are filled in; statements and filters fail',
      'mapped    Agent Output -> agent_output (output)',
    ])
  })

  it('takes the branch of a condition, and what waits for the other one never runs', async () => {
    const graph = exported(
      [
        ['n', 'input', { name: 'n' }],
        ['big', 'condition', { operator: '>', value2: '10', yes_value: 'many', no_value: 'few' }],
        ['yes', 'output', { name: 'yes' }],
        ['no', 'output', { name: 'no' }],
      ],
      ['!n.result > big.value1', 'big.yes_output > yes.value', 'big.no_output > no.value'],
    )
    expect((await run(graph, { n: 11 })).output).toEqual({ yes: 'many', no: null })
    expect((await run(graph, { n: '3' })).output).toEqual({ yes: null, no: 'few' })
  })

  it('runs blocks for each item of a list, gathers what they add to a list, and goes on once', async () => {
    const graph = exported(
      [
        ['list', 'input', { name: 'list' }],
        ['factor', 'input', { name: 'factor', value: 10 }],
        ['head', 'createList', { values: ['head'] }],
        ['each', 'steps'],
        ['times', 'calculator', { operation: 'Multiply' }],
        ['all', 'addToList'],
        ['count', 'count'],
        ['seen', 'output', { name: 'seen' }],
        ['out', 'output', { name: 'all' }],
        ['size', 'output', { name: 'size' }],
      ],
      [
        '!list.result > each.items',
        'each.item > times.a',
        '!factor.result > times.b',
        'times.result > all.entry',
        'times.result > seen.value',
        'head.list > all.list',
        'all.updated_list > all.list',
        'all.updated_list > out.value',
        'all.updated_list > count.collection',
        'count.count > size.value',
      ],
    )
    expect((await run(graph, { list: [1, 2, 3] })).output).toEqual({
      seen: [10, 20, 30],
      all: ['head', 10, 20, 30],
      size: 4,
    })
    expect((await run(graph, { list: [] })).output).toEqual({ seen: [], all: ['head'], size: 1 })
    expect((await run(graph, { list: { a: 5 } })).output).toEqual({ seen: [50], all: ['head', 50], size: 2 })
  })

  it('goes round a cycle until a condition leads out of it', async () => {
    const graph = exported(
      [
        ['zero', 'store', { input: 'go', data: 1 }],
        ['double', 'calculator', { operation: 'Multiply', b: 2 }],
        ['enough', 'condition', { operator: '>=', value2: 100 }],
        ['out', 'output', { name: 'out' }],
      ],
      [
        'zero.output > double.a',
        'double.result > enough.value1',
        'enough.no_output > double.a',
        'enough.yes_output > out.value',
        'double.result > enough.no_value',
      ],
    )
    expect(await run(graph)).toMatchObject({ outcome: 'completed', output: { out: 128 } })
    expect(importAutogpt(JSON.stringify(graph)).report.notes.join()).toContain('ways that lead back')
  })

  it('asks the model of the run, with the values of its placeholders', async () => {
    const graph = exported(
      [
        ['topic', 'input', { name: 'topic' }],
        [
          'ask',
          'text',
          {
            prompt: 'About {{topic}}: {{ "{{" }}',
            prompt_values: {},
            sys_prompt: 'Be {{ how }}.',
            model: 'gpt-4o',
          },
        ],
        [
          'ask2',
          'text',
          { prompt: 'About {{topic}} and {{fixed}}', prompt_values: { fixed: 'a "{{quote}}"' } },
        ],
        ['out', 'output', { name: 'out' }],
      ],
      [
        '!topic.result > ask2.prompt_values_#_topic',
        'ask2.response > out.value',
        '!topic.result > ask.prompt_values_#_topic',
      ],
    )
    const { report } = importAutogpt(JSON.stringify(graph))
    expect(report.blocks.find(({ id }) => id === 'ask')).toMatchObject({
      fate: 'missing',
      function: 'autogpt.ai_text_generator',
    })
    const model = scriptedModel({
      steps: [{ when: { lastUser: /^About tea and a "\{\{quote\}\}"$/ }, text: 'fine' }],
    })
    const given = { 'autogpt.ai_text_generator': () => ({ response: 'x' }) }
    expect((await run(graph, { topic: 'tea' }, { model: () => model, functions: given })).output).toEqual({
      out: 'fine',
    })
  })

  it('waits for a person who approves, changes or rejects', async () => {
    const graph = exported(
      [
        ['data', 'input', { name: 'data' }],
        ['review', 'human', { name: 'Invoice', editable: true }],
        ['good', 'output', { name: 'good' }],
        ['bad', 'output', { name: 'bad' }],
      ],
      ['!data.result > review.data', 'review.approved_data > good.value', 'review.rejected_data > bad.value'],
    )
    const waits = await run(graph, { data: { sum: 5 } })
    expect(waits.outcome).toBeUndefined()
    const approved = await waits.answer('human_in_the_loop', { status: 'approved', data: { sum: 6 } })
    expect(approved).toMatchObject({ outcome: 'completed', output: { good: { sum: 6 }, bad: null } })
    const rejected = await (
      await run(graph, { data: 1 })
    ).answer('human_in_the_loop', { status: 'rejected', message: 'no' })
    expect(rejected.output).toEqual({ good: null, bad: 1 })
  })

  it('holds the graphs that it runs', async () => {
    const inner = exported(
      [
        ['n', 'input', { name: 'A number' }],
        ['sum', 'calculator', { operation: 'Multiply', b: 2 }],
        ['out', 'output', { name: 'Twice that' }],
      ],
      ['!n.result > sum.a', 'sum.result > out.value'],
      { id: 'inner', name: 'Inner' },
    )
    const call = {
      graph_id: 'inner',
      graph_version: 1,
      input_schema: {},
      output_schema: {},
      inputs: {},
      user_id: '',
    }
    const graph = exported(
      [
        ['n', 'input', { name: 'n' }],
        ['inner', 'agent', call],
        ['lost', 'agent', { ...call, graph_id: 'gone', agent_name: 'Gone away' }],
        ['out', 'output', { name: 'out' }],
      ],
      ['!n.result > inner.A number', 'inner.Twice that > out.value', 'inner.Twice that > lost.x'],
      { sub_graphs: [inner] },
    )
    const given = { 'autogpt.agent_gone_away': (input: JsonObject) => ({ saw: input['x'] ?? null }) }
    expect((await run(graph, { n: 21 }, { functions: given })).output).toEqual({ out: 42 })
    const failed = await run(graph, { n: 21 })
    expect(failed).toMatchObject({
      outcome: 'failed',
      failures: [expect.stringContaining('the function autogpt.agent_gone_away is not given')],
    })
  })

  it('sends requests only where it may, and leads what fails along its error output', async () => {
    const graph = exported(
      [
        ['go', 'request', { url: 'https://example.com/', method: 'GET' }],
        ['ok', 'output', { name: 'ok' }],
        ['bad', 'output', { name: 'bad' }],
      ],
      ['go.response > ok.value', 'go.error > bad.value'],
    )
    expect((await run(graph)).output).toMatchObject({
      ok: null,
      bad: expect.stringContaining('send_web_request is not given'),
    })
    const fetch = () => Promise.resolve(new Response('{"fine": true}'))
    expect((await run(graph, {}, { functions: autogptFunctions({ fetch }) })).output).toEqual({
      ok: { fine: true },
      bad: null,
    })
  })
})

describe('what cannot be imported as it is', () => {
  it('is a function that fails until it is given, or is left out, and the report says why', () => {
    const graph = exported(
      [
        ['unknown', '12345678-aaaa-bbbb-cccc-1234567890ab', { x: 1 }],
        ['look', 'match', { text: 'x', match: '(?<=a)b' }],
        ['slow', 'timer', { repeat: 3, seconds: 1 }],
        ['parts', 'createList', { values: [1, 2], max_size: 1 }],
        ['never', 'store'],
        ['after', 'store'],
      ],
      ['never.output > after.input', 'after.output > never.input', 'gone.x > look.data'],
    )
    const { report } = importAutogpt(JSON.stringify(graph))
    const fates = Object.fromEntries(
      report.blocks.map(({ id, fate, function: called, notes }) => [
        id,
        `${fate} ${called ?? ''} ${notes.join()}`,
      ]),
    )
    expect(fates).toMatchObject({
      unknown: expect.stringMatching(/missing autogpt.block_12345678 has no counterpart/),
      look: expect.stringMatching(/missing autogpt.match_text_pattern.*not one of RE2/),
      slow: expect.stringMatching(/missing autogpt.countdown_timer it repeats/),
      parts: expect.stringMatching(/missing autogpt.create_list_in_parts/),
      never: expect.stringMatching(/left-out.*never runs/),
      after: expect.stringMatching(/left-out.*never runs/),
    })
    expect(report.notes).toEqual(['1 links lead from or to blocks that are not in the graph: left out'])
  })

  it.each([
    ['{"nodes": 3}', '/nodes: is 3; fix: write a list'],
    ['[]', 'is []; fix: write an object'],
    ['{', 'cannot be read'],
    [JSON.stringify(exported([['a', 'note']], [])), 'no block that could ever run'],
    [
      JSON.stringify({ ...exported([['a', 'store']], []), nodes: [{ id: 'a' }] }),
      '/nodes/0/block_id: is missing',
    ],
  ])('%j is refused', (text, told) => {
    expect(() => importAutogpt(text)).toThrow(
      expect.objectContaining({ code: 'configuration-invalid', message: expect.stringContaining(told) }),
    )
  })

  it('names no node, function or key that breaks the template, whatever an export holds', async () => {
    const nasty = 'a"b{{ state }}\n__proto__ "; `$(x)`'
    const graph = exported(
      [
        ['a', 'store', { data: nasty }],
        ['b', nasty, { [nasty]: nasty, constructor: 1 }],
        ['c', 'output', { name: nasty }],
      ],
      ['a.output > b.x_#_toString', 'b.y_#_a b_$_3 > c.value'],
    )
    const called: JsonObject[] = []
    const { template, report } = importAutogpt(JSON.stringify(graph))
    const missing = report.blocks.flatMap((block) => block.function ?? [])
    const functions = Object.fromEntries(
      missing.map((name) => [
        name,
        (input: JsonObject) => (called.push(input), { y: { 'a b': [0, 1, 2, 'third'] } }),
      ]),
    )
    expect(Object.keys(template.nodes)).toHaveLength(3)
    expect((await run(graph, {}, { functions })).output).toEqual({ [nasty]: 'third' })
    expect(called).toEqual([{ [nasty]: nasty, constructor: 1, x: { toString: nasty } }])
  })
})
