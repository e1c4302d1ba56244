import { type AgentEvent, type FinishedCall, noUsage, type RunAgent, type ToolOutcome } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, it } from 'vitest'

import { runTemplate } from './run-template.ts'
import { straight } from './straight.ts'

const channel = { out: {} }

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
