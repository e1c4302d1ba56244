import { memoryCheckpointer, readState, rewindThread } from '@keepup/checkpoint'
import { type Checkpointer, type Entry, KeepupError, type NewSignal, type Repeat } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { agentFold } from '../src/index.ts'
import { collect, completed, dataOf, type Harness, harness, outcomeOf, types } from './harness.ts'
import { witnessed } from './message-rules.ts'

async function logOf(checkpointer: Checkpointer, thread = 't'): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of checkpointer.log(thread)) entries.push(entry)
  return entries
}

const call = (name: string) => ({ name, input: {} })
const steps = [
  { fail: { kind: 'overloaded', message: 'busy', retryable: true } },
  { calls: [call('look'), call('look'), call('act'), call('look')] },
  { calls: [call('put')] },
  { text: 'first' },
  { calls: [call('act'), call('look')] },
  { text: 'second', repeat: true },
]

/** Everything that can be recorded of two runs, and which calls began under which key. */
function recording(checkpointer: Checkpointer = memoryCheckpointer()) {
  const begun: string[] = []
  const tool = (repeat: Repeat) => ({
    repeat,
    run: async (_: unknown, { call: { name, key } }: { call: { name: string; key: string } }) => {
      begun.push(`${name} ${key}`)
      return completed(`${name} ${begun.length}`)
    },
  })
  const witness = witnessed(scriptedModel({ steps }))
  const tools = { look: tool('safe'), put: tool('idempotent'), act: tool('once') }
  return { ...harness({ checkpointer, model: witness.model, tools }), begun, witness }
}

async function record(one: Harness): Promise<readonly Entry[]> {
  await collect(one.run, { input: 'One' })
  await collect(one.run, { input: 'Two' })
  return logOf(one.checkpointer)
}

function startedOnce(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(({ type, data }) => {
    const started = data as { tool: string; key: string; call: string }
    return type === 'tool-started' && started.tool === 'act' ? [started.call] : []
  })
}

/** Runs on; where there is nothing to do, it says so. */
async function goOn(one: Harness, thread: string): Promise<readonly string[]> {
  try {
    const events = await collect(one.run, { thread })
    expect(types(events).at(-1)).toBe('run-finished')
    return dataOf(events, 'tool-started').flatMap((data) => (data.tool === 'act' ? [data.call] : []))
  } catch (error) {
    if (!KeepupError.is(error, 'input-invalid')) throw error
    return []
  }
}

describe('at every position of a thread', () => {
  test('a fork runs to its end, and nothing that may not be repeated is begun again', async () => {
    const one = recording()
    const entries = await record(one)
    const parents = new Set(one.begun)
    for (const { sequence } of entries) {
      const thread = `fork ${sequence}`
      await one.checkpointer.fork({ thread: 't', at: sequence }, thread)
      const again = await goOn(one, thread)
      const before = startedOnce(entries.slice(0, sequence))
      expect(
        again.filter((id) => before.includes(id)),
        `fork at ${sequence}`,
      ).toEqual([])
      const last = await collect(one.run, { thread, input: 'Three' })
      expect(outcomeOf(last), `fork at ${sequence}`).toMatchObject({ outcome: { type: 'completed' } })
    }
    expect(one.witness.faults).toEqual([])
    const forks = one.begun.slice(parents.size)
    expect(
      forks.filter((key) => parents.has(key)),
      'a fork has keys of its own',
    ).toEqual([])
    expect(new Set(forks).size).toBe(forks.length)
  })

  test.each(['before the run', 'as a signal'] as const)('a rewind %s: the same', async (how) => {
    const length = (await record(recording())).length
    for (let to = 0; to <= length; to += 1) {
      const one = recording()
      const entries = await record(one)
      if (how === 'before the run') await rewindThread({ checkpointer: one.checkpointer, thread: 't', to })
      else await one.checkpointer.signal([rewind(to)], 'process')
      const again = await goOn(one, 't')
      const before = startedOnce(entries.slice(0, to))
      expect(
        again.filter((id) => before.includes(id)),
        `to ${to}`,
      ).toEqual([])
      const last = await collect(one.run, { input: 'Three' })
      expect(outcomeOf(last), `to ${to}`).toMatchObject({ outcome: { type: 'completed' } })
      expect(one.witness.faults, `to ${to}`).toEqual([])
    }
  })

  test('a rewind while the agent is busy: to every position up to the call that asks for it', async () => {
    const reached = new Set<number>()
    for (let to = 0; to <= 30; to += 1) {
      const checkpointer = memoryCheckpointer()
      let asked = false
      const act = {
        repeat: 'once' as const,
        run: async () => {
          if (!asked) await checkpointer.signal([rewind(to)], 'process')
          asked = true
          return completed('ok')
        },
      }
      const plan = [
        { calls: [call('look')] },
        { calls: [call('act'), call('look')] },
        { text: 'done', repeat: true },
      ]
      const witness = witnessed(scriptedModel({ steps: plan }))
      const one = harness({ checkpointer, model: witness.model, tools: { act, look: {} } })
      const ended = await collect(one.run, { input: 'Go' }).then(
        (events) => outcomeOf(events)?.outcome.type,
        (error: unknown) =>
          KeepupError.is(error, 'input-invalid') ? 'nothing to do' : Promise.reject(error),
      )
      expect(ended, `to ${to}`).toBe(to < 1 ? 'nothing to do' : 'completed')
      expect(witness.faults, `to ${to}`).toEqual([])
      if ((await logOf(checkpointer)).some(({ type }) => type === 'thread-rewound')) reached.add(to)
    }
    expect(reached.size).toBeGreaterThan(10)
  })
})

function rewind(to: unknown, id = `rewind ${String(to)}`): NewSignal {
  return { id, thread: 't', channel: 'control', type: 'rewind', time: 1, by: 'user', data: { to } }
}

test('a rewind to what is not there yet is declined for that', async () => {
  const one = recording()
  const { length } = await record(one)
  await one.checkpointer.signal([rewind(length + 50), rewind('x')], 'process')
  const declined = dataOf(await collect(one.run, { input: 'Three' }), 'signal-declined')
  const reason = 'its data is no { to } that names a position of this thread'
  expect(declined).toMatchObject([{ reason }, { reason }])
})

test('a rewind to a hidden position brings it back', async () => {
  const one = recording()
  const entries = await record(one)
  await rewindThread({ checkpointer: one.checkpointer, thread: 't', to: 1 })
  await collect(one.run)
  await one.checkpointer.signal([rewind(entries.length)], 'process')
  await collect(one.run, { input: 'Three' })
  expect(JSON.stringify(one.witness.requests.at(-1)?.messages)).toContain('second')
  expect(one.witness.faults).toEqual([])
})

test('a rewind to what was pruned away is declined, and the run goes on', async () => {
  const one = recording()
  const entries = await record(one)
  const finished = entries.find(({ type }) => type === 'run-finished')
  const owner = { host: 'h', boot: 'b', process: 1, started: '', instance: 'pruner' }
  const lease = await one.checkpointer.lease('t', owner, 10_000)
  const through = finished?.sequence ?? 0
  const { state } = await readState(one.checkpointer, 't', agentFold, through)
  const fold = { id: agentFold.id, version: agentFold.version }
  const pruning = { thread: 't', lease: lease.token, through, fold, state: agentFold.save?.(state), time: 1 }
  await one.checkpointer.prune(pruning)
  await lease.release()
  await one.checkpointer.signal([rewind(3)], 'process')
  const events = await collect(one.run, { input: 'Three' })
  expect(dataOf(events, 'signal-declined')).toMatchObject([{ kind: 'rewind' }])
  expect(types(events).at(-1)).toBe('run-finished')
})
