import {
  type AssistantMessage,
  type FinishedCall,
  type JsonValue,
  type Label,
  type Model,
  type RunTool,
  trustedLabel,
} from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { graphState, runGraph } from '../../src/index.ts'
import { agentLoop, type LoopTool } from '../../src/patterns/index.ts'
import { mortalCheckpointer } from '../mortal-checkpointer.ts'
import { collect } from '../scene.ts'
import { live, liveThroughDeaths, modelOf, newMemory } from './lives.ts'

const input = { messages: [{ role: 'user', content: [{ type: 'text', text: 'Go' }] }] } as const
const schema = { type: 'object' } as const
const tools: readonly LoopTool[] = [
  { name: 'pay', description: 'pays', input: schema },
  { name: 'look', description: 'looks', input: schema, repeat: 'safe' },
]

/** A model that calls tools until it has been shown so many results. */
function caller(calls: readonly (readonly [name: string, input: JsonValue])[], results: number): Model {
  return {
    id: 'test/caller',
    async *stream({ messages, toolChoice }) {
      const shown = [...messages].flatMap(({ role, content }) => (role === 'tool' ? content : []))
      const usage = { input: 1, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }
      const turn = messages.length
      const message: AssistantMessage =
        shown.length >= results || toolChoice === 'none'
          ? { role: 'assistant', content: [{ type: 'text', text: shown.map(wordsOf).join(' | ') || 'none' }] }
          : {
              role: 'assistant',
              content: calls.map(([name, given], at) => ({
                type: 'tool-call',
                id: `${turn}.${at}`,
                name,
                input: given,
              })),
            }
      yield { type: 'finished', message, reason: 'stop', usage }
    },
  }
}

function wordsOf({ content }: { readonly content: readonly object[] }): string {
  return content.map((part) => ('text' in part ? String(part.text) : '')).join('')
}

function completed(text: string, label: Label = trustedLabel): FinishedCall {
  return {
    outcome: { type: 'completed', output: { content: [{ type: 'text', text }] } },
    labels: { default: label },
  }
}

describe('an agent loop', () => {
  test('calls tools until it has an answer, and repeats after a death only what may be', async () => {
    const model = caller(
      [
        ['look', { n: 1 }],
        ['pay', { n: 2 }],
      ],
      2,
    )
    const runTool: RunTool = async ({ name, input: given }) => completed(`${name} ${JSON.stringify(given)}`)
    const { values } = await live({ graph: () => agentLoop({ model, tools, runTool }), input })
    expect(values).toMatchObject({ answer: 'look {"n":1} | pay {"n":2}', outcome: { type: 'completed' } })
    expect(values.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
    const safe = caller(
      [
        ['look', { n: 1 }],
        ['look', { n: 2 }],
      ],
      2,
    )
    const { whole, deaths } = await liveThroughDeaths({
      graph: () => agentLoop({ model: safe, tools, runTool }),
      input,
    })
    expect(whole.values.answer).toBe('look {"n":1} | look {"n":2}')
    expect(deaths).toBeGreaterThan(4)
  })

  /** What a tool did and what was answered, for a death at each commit. */
  async function payThroughDeaths(repeat: 'once' | 'safe') {
    const model = caller([['pay', {}]], 1)
    const paying: LoopTool = { name: 'pay', description: 'pays', input: schema, repeat }
    const lives: { readonly paid: number; readonly answer: string }[] = []
    for (let death = 2; death < 20; death += 1) {
      let paid = 0
      const runTool: RunTool = async () => completed(`paid ${(paid += 1)}`)
      const checkpointer = newMemory()
      const plot = { graph: () => agentLoop({ model, tools: [paying], runTool }), input }
      const dying = mortalCheckpointer(checkpointer, { commits: death >> 1, stored: death % 2 === 0 })
      await live(plot, dying).catch(() => {})
      const { values } = await live(plot, checkpointer)
      expect(values.outcome).toEqual({ type: 'completed' })
      lives.push({ paid, answer: values.answer })
    }
    return lives
  }

  test('tells the model of a call that may have happened before a death, and does not repeat it', async () => {
    const lives = await payThroughDeaths('once')
    expect(lives.filter(({ paid }) => paid > 1)).toEqual([])
    expect(lives.filter(({ answer }) => answer !== 'paid 1')).not.toEqual([])
    // One that may be repeated is.
    expect((await payThroughDeaths('safe')).filter(({ paid }) => paid > 1)).not.toEqual([])
  })

  test('tells the model what a call failed at, whatever it called', async () => {
    const model = caller(
      [
        ['look', {}],
        ['nothing', {}],
        ['look', {}],
      ],
      3,
    )
    let calls = 0
    const runTool: RunTool = async () => {
      calls += 1
      if (calls === 1) throw new Error('burst')
      return { outcome: { type: 'denied', reason: 'policy' }, labels: { default: trustedLabel } }
    }
    const { values } = await live({ graph: () => agentLoop({ model, tools, runTool }), input })
    expect(values.answer).toBe('It failed: burst | There is no tool nothing. | It was denied: policy')
  })

  test('withholds what is not for everyone, unless that was said', async () => {
    const secret: Label = { ...trustedLabel, confidential: true }
    const model = caller([['look', {}]], 1)
    const runTool: RunTool = async () => completed('the key', secret)
    const withheld = await live({ graph: () => agentLoop({ model, tools, runTool }), input })
    expect(withheld.values.answer).toContain('not shown')
    const produces = { default: 'free-text', source: 'tool:look', confidential: true } as const
    const shown = await live({ graph: () => agentLoop({ model, tools, runTool, produces }), input })
    expect(shown.values.answer).toBe('the key')
    expect(shown.exposure.confidential).toBe(true)
  })

  test('answers without tools at its bound', async () => {
    const model = caller([['look', {}]], Infinity)
    const runTool: RunTool = async () => completed('seen')
    const { values } = await live({ graph: () => agentLoop({ model, tools, runTool, turns: 2 }), input })
    expect(values).toMatchObject({
      answer: 'seen | seen',
      outcome: { type: 'limit-reached', limit: 'turns' },
    })
  })

  test('asks a model that says nothing once more, then fails', async () => {
    const { model, asked } = modelOf(() => '')
    const { values } = await live({ graph: () => agentLoop({ model }), input })
    expect(values.outcome).toMatchObject({ type: 'failed', node: 'model' })
    expect(asked).toHaveLength(2)
  })

  test('asks a person before calls, wherever it is killed', async () => {
    const model = caller([['look', { n: 1 }]], 1)
    const runTool: RunTool = async () => completed('seen')
    for (const approved of [true, false]) {
      const { whole } = await liveThroughDeaths({
        graph: () => agentLoop({ model, tools, runTool, approval: {} }),
        input,
        answer: () => ({ approved, message: 'no' }),
      })
      expect(whole.values.answer).toBe(approved ? 'seen' : 'A person refused this: no')
    }
  })

  test('goes on with the conversation in another run', async () => {
    const { model, asked } = modelOf((prompt) => `heard ${prompt.split('\n').at(-1)}`)
    const run = { graph: agentLoop({ model }), checkpointer: newMemory(), thread: 't' }
    await collect(runGraph({ ...run, input }))
    const more = { messages: [{ role: 'user', content: [{ type: 'text', text: 'More' }] }] } as const
    await collect(runGraph({ ...run, input: more }))
    const { values } = await graphState(run)
    expect(values).toMatchObject({ answer: 'heard More', outcome: { type: 'completed' } })
    expect(asked.at(-1)).toBe('Go\nheard Go\nMore')
  })

  test('without a message says what to give', async () => {
    const { model } = modelOf(() => 'hello')
    const { outcome } = await live({ graph: () => agentLoop({ model }), input: {} })
    expect(outcome).toMatchObject({ type: 'failed', failures: [{ code: 'input-invalid' }] })
  })
})
