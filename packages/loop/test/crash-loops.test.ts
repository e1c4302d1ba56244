import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEvent,
  type Checkpointer,
  type Commit,
  KeepupError,
  type Model,
  type ProcessTable,
  type Repeat,
} from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { loopDefaults } from '../src/index.ts'
import { collect, completed, dataOf, harness, outcomeOf, type TestTool } from './harness.ts'

/** A checkpointer that a process can be cut off from, as if it had died. */
function mortal(inner: Checkpointer): { checkpointer: Checkpointer; die: () => void } {
  let dead = false
  const commit = async (batch: Commit) => {
    if (dead) throw new KeepupError('database-unavailable', 'The process is dead.')
    return inner.commit(batch)
  }
  return { checkpointer: { ...inner, commit }, die: () => void (dead = true) }
}

const steps = [
  {
    calls: [
      { name: 'act', input: {} },
      { name: 'other', input: {} },
    ],
  },
  { text: 'done', repeat: true },
]

/** One life after the other, until the run is over; `live` gives the parts of each. */
async function lives(
  count: number,
  live: (
    life: number,
    die: () => void,
  ) => { tools: Readonly<Record<string, TestTool>> } & Parameters<typeof harness>[0],
): Promise<{
  readonly lives: number
  readonly events: readonly AgentEvent[]
  readonly checkpointer: Checkpointer
}> {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  for (let life = 1; life <= count; life += 1) {
    const { checkpointer, die } = mortal(inner)
    const owner = { host: 'h', boot: 'b', process: life, started: '', instance: `${life}` }
    const one = harness({ steps, owner, ...live(life, die), checkpointer })
    try {
      const events = await collect(one.run, { input: 'Go', inputId: 'go' })
      return { lives: life, events, checkpointer: inner }
    } catch (error) {
      if (!String(error).includes('dead')) throw error
    }
  }
  throw new Error(`not over after ${count} lives`)
}

async function runsOf(checkpointer: Checkpointer): Promise<readonly string[]> {
  const types: string[] = []
  for await (const entry of checkpointer.log('t')) types.push(entry.type)
  return types
}

describe('what ends every process', () => {
  test.each([
    ['safe', 'failed'],
    ['idempotent', 'unknown'],
  ] as const)(
    '%s: a call is given up at the third process, and the run goes on',
    async (repeat, expected) => {
      let runs = 0
      const { lives: lived, events } = await lives(9, (_, die) => {
        const act: TestTool = { repeat, run: () => ((runs += 1), die(), completed('never told')) }
        return { tools: { act, other: {} } }
      })
      expect([lived, runs]).toEqual([4, 3])
      expect(dataOf(events, 'tool-finished')[0]).toMatchObject({ tool: 'act', outcome: { type: expected } })
      expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    },
  )

  test('so is asking a tool whether it happened', async () => {
    let asked = 0
    const { events } = await lives(9, (_, die) => {
      const gone = () => (die(), completed('never told'))
      return {
        tools: { act: { repeat: 'once', run: gone, reconcile: () => ((asked += 1), gone()) }, other: {} },
      }
    })
    expect(asked).toBe(2)
    expect(dataOf(events, 'tool-finished')[0]?.outcome.type).toBe('unknown')
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test.each([1, 5])(
    'so is a call of the model, with %i attempts: the run fails, and can be gone on with',
    async (attempts) => {
      let calls = 0
      const retry = { ...loopDefaults.retry, attempts }
      const { events, checkpointer } = await lives(9, (_, die) => {
        const inner = scriptedModel({ steps })
        const model: Model = {
          ...inner,
          stream: (request, signal) => ((calls += 1), die(), inner.stream(request, signal)),
        }
        return { tools: {}, model, retry }
      })
      expect(calls).toBe(Math.max(3, attempts))
      expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'failed', code: 'model-failed' } })
      expect((await runsOf(checkpointer)).filter((type) => type === 'run-started')).toHaveLength(1)
      const again = harness({ checkpointer, steps: [{ text: 'done' }] })
      expect(outcomeOf(await collect(again.run, { thread: 't' }))).toMatchObject({
        outcome: { type: 'completed' },
      })
    },
  )

  test('twice in a row is no loop: the third process finishes', async () => {
    const { lives: lived, events } = await lives(9, (life, die) => ({
      tools: { act: { run: () => (life < 3 && die(), completed('at last')) }, other: {} },
    }))
    expect(lived).toBe(3)
    expect(dataOf(events, 'tool-finished')[0]?.outcome.type).toBe('completed')
    expect(dataOf(events, 'tool-started')[0]).toMatchObject({ attempt: 3 })
  })
})

describe('a call that was begun may have happened, whatever is decided about it now', () => {
  const changed: readonly (readonly [string, Readonly<Record<string, TestTool>>])[] = [
    ['is gone', { other: {} }],
    ['is denied now', { act: { repeat: 'idempotent', decide: () => 'deny' }, other: {} }],
    [
      'is asked about now, and nobody is there',
      { act: { repeat: 'idempotent', decide: () => 'ask' }, other: {} },
    ],
    ['may not be repeated any more', { act: { repeat: 'once' }, other: {} }],
  ]
  test.each(changed)('the tool %s', async (_, tools) => {
    const { events } = await lives(2, (life, die) =>
      life === 1
        ? { tools: { act: { repeat: 'idempotent', run: () => (die(), completed('')) }, other: {} } }
        : { tools },
    )
    expect(dataOf(events, 'tool-finished')[0]).toMatchObject({ tool: 'act', outcome: { type: 'unknown' } })
    expect(dataOf(events, 'tool-started').filter(({ tool }) => tool === 'act')).toEqual([])
  })

  test('the run was interrupted meanwhile', async () => {
    const { events } = await lives(2, (life, die) =>
      life === 1
        ? { tools: { act: { repeat: 'idempotent', run: () => (die(), completed('')) } } }
        : { tools: {}, limits: { time: 0 } },
    )
    expect(dataOf(events, 'tool-finished').map(({ outcome }) => outcome.type)).toEqual(['unknown', 'failed'])
  })

  test.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['talks nonsense', () => 'yes, I did' as never],
  ])('the tool that is asked %s', async (_, reconcile) => {
    const { events } = await lives(2, (__, die) => ({
      tools: { act: { repeat: 'once', run: () => (die(), completed('')), reconcile }, other: {} },
    }))
    expect(dataOf(events, 'tool-finished')[0]).toMatchObject({ tool: 'act', outcome: { type: 'unknown' } })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('several open calls each come to their own end', async () => {
    const names = ['a', 'b', 'c'] as const
    const { events } = await lives(2, (life, die) => {
      let begun = 0
      const run = async () => {
        if (life === 1 && (begun += 1) === 3) die()
        return completed('ok')
      }
      const tool = (repeat: Repeat): TestTool => ({ repeat, run })
      const plan = [{ calls: names.map((name) => ({ name, input: {} })) }, { text: 'done', repeat: true }]
      return { tools: Object.fromEntries(names.map((name) => [name, tool('safe')])), steps: plan }
    })
    expect(dataOf(events, 'run-resumed')[0]?.open).toHaveLength(3)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })
})

describe('a process table', () => {
  const begun = (processes?: ProcessTable) =>
    lives(2, (life, die) => ({
      ...(life === 2 && processes !== undefined ? { processes } : {}),
      tools: {
        act: {
          repeat: 'idempotent',
          run: async (_, context) => {
            if (life > 1) return completed('again')
            await context.processStarted({ pid: 7, group: 7 })
            die()
            return completed('')
          },
        },
        other: {},
      },
    }))

  test.each([
    ['cannot look', { survivors: () => Promise.reject(new Error('no')), end: async () => 'gone' as const }],
    [
      'cannot end',
      { survivors: async () => [{ pid: 7, group: 7 }], end: () => Promise.reject(new Error('no')) },
    ],
  ])(
    'that %s does not stop the recovery: what was recorded may survive, and it says so',
    async (_, table) => {
      const { events } = await begun(table)
      const [resumed] = dataOf(events, 'run-resumed')
      expect(resumed?.processes).toHaveLength(1)
      expect(resumed?.processes[0]?.pid).toBe(7)
      expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    },
  )

  test('is not asked to end what belongs to the thread that was forked', async () => {
    const ended: number[] = []
    const processes: ProcessTable = {
      survivors: async ({ processes: known }) => known,
      end: async ({ pid }) => (ended.push(pid), 'ended'),
    }
    const checkpointer = memoryCheckpointer()
    const act: TestTool = {
      repeat: 'idempotent',
      async run(_, context) {
        if (context.call.thread !== 't') return completed('in the fork')
        await context.processStarted({ pid: 7, group: 7 })
        const { head } = await checkpointer.read('t')
        await checkpointer.fork({ thread: 't', at: head }, 'fork')
        const forked = await collect(
          harness({ checkpointer, steps, processes, tools: { act, other: {} } }).run,
          {
            thread: 'fork',
          },
        )
        expect(outcomeOf(forked)).toMatchObject({ outcome: { type: 'completed' } })
        return completed('in peace')
      },
    }
    await collect(harness({ checkpointer, steps, processes, tools: { act, other: {} } }).run, { input: 'Go' })
    expect(ended).toEqual([])
  })
})
