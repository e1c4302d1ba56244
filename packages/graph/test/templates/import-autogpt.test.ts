import type { JsonObject } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, it } from 'vitest'

import { autogptFunctions, importAutogpt, reportLines } from '../../src/templates/index.ts'
import { exported } from './exported.ts'
import { runImported as run } from './run-imported.ts'

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
