import { memoryCheckpointer } from '@keepup/checkpoint'
import { describe, expect, test, vi } from 'vitest'

import type { Sop, SopPhase } from '../../src/sop/index.ts'
import { collect, entriesOf, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

function sopOf(work: SopPhase, more: Partial<Sop> = {}): Sop {
  return {
    id: 'one',
    version: 1,
    initial: 'work',
    phases: { work: { on: { pass: 'done' }, retries: { max: 1 }, ...work }, done: { final: true } },
    ...more,
  }
}

describe('budgets', () => {
  test('of calls end in a denial, and the phase is left by its gates or not at all', async () => {
    const life = await scene({
      sop: sopOf(
        {
          budget: { toolCalls: 2 },
          exit: [{ kind: 'command', id: 'never', run: ['false'] }],
          on: { pass: 'done', exhausted: 'lost' },
        },
        {
          phases: {
            work: {
              budget: { toolCalls: 2 },
              exit: [{ kind: 'command', id: 'never', run: ['false'] }],
              on: { pass: 'done', exhausted: 'lost' },
            },
            done: { final: true },
            lost: { final: 'failed' },
          },
        },
      ),
      steps: [
        ...['1', '2', '3'].map((name) => ({
          calls: [{ name: 'write', input: { path: name, content: name } }],
        })),
        { text: 'Done.' },
      ],
    })
    const events = await life.start()
    expect([life.read('1'), life.read('2'), life.read('3')]).toEqual(['1', '2', undefined])
    expect(walked(events)).toEqual(['work failed work', 'work over-budget lost'])
  })

  test('of turns end the work; what was done by then is looked at', async () => {
    const life = await scene({
      sop: sopOf({
        budget: { turns: 1 },
        exit: [{ kind: 'command', id: 'there', run: ['test', '-f', '1'] }],
      }),
      steps: [
        { calls: [{ name: 'write', input: { path: '1', content: '1' } }] },
        { text: 'That is it.', repeat: true },
      ],
    })
    expect(walked(await life.start())).toEqual(['work passed done'])
  })

  test('of a procedure fail it, or ask a person for as much again', async () => {
    const phases: Sop['phases'] = {
      work: {
        exit: [{ kind: 'command', id: 'never', run: ['false'] }],
        on: { pass: 'done' },
        retries: { max: 9, sameErrorMax: 99 },
      },
      done: { final: true },
    }
    const failing = await scene({ sop: { ...sopOf({}), phases, budget: { turns: 2 } } })
    await failing.start()
    expect((await failing.state()).machine.phase).toBe('work')
    const { events } = await logOf(failing)
    expect(events.at(-1)).toMatchObject({
      type: 'sop-finished',
      data: { end: { type: 'failed', reason: 'over-budget' } },
    })
    const asking = await scene({ sop: { ...sopOf({}), phases, budget: { turns: 2 }, onBudget: 'ask' } })
    expect((await asking.start()).at(-1)?.type).toBe('sop-waiting')
    const [open] = Object.values((await asking.state()).asked)
    await asking.answer({ data: { digest: open?.digest, allow: true } }, open?.approval ?? '')
    const more = await asking.resume()
    expect(entriesOf(more, 'work-ended')).toHaveLength(2)
    expect(more.at(-1)?.type).toBe('sop-waiting')
  })
})

async function logOf({ checkpointer }: Awaited<ReturnType<typeof scene>>) {
  const events = []
  for await (const entry of checkpointer.log('t')) events.push(entry)
  return { events }
}

describe('a run', () => {
  test('that was interrupted goes on in the same phase', async () => {
    const life = await scene({ sop: sopOf({}), steps: [{ text: 'Done.', delay: 300, repeat: true }] })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    const events = await life.start({ signal: stop.signal })
    expect(events.at(-1)).toMatchObject({ type: 'sop-halted', data: { code: 'interrupted' } })
    expect(walked(await life.resume())).toEqual(['work passed done'])
  })

  test('is interrupted from any process; what was asked of one that is over strikes no other', async () => {
    const life = await scene({
      sop: sopOf({}),
      steps: [
        { text: 'Done.', delay: 1_500 },
        { text: 'Done.', repeat: true },
      ],
    })
    const interrupt = (id: string) =>
      life.checkpointer.signal(
        [
          {
            id,
            thread: 't',
            channel: 'control',
            type: 'interrupt',
            time: 1,
            by: 'ann',
            data: { reason: 'lunch' },
          },
        ],
        'process',
      )
    const running = life.start()
    await vi.waitFor(async () => expect((await life.state()).work).not.toEqual({}))
    await interrupt('one')
    expect((await running).at(-1)).toMatchObject({
      type: 'sop-halted',
      by: 'ann',
      data: { reason: 'lunch', code: 'interrupted' },
    })
    await interrupt('two')
    const more = await life.resume()
    expect(entriesOf(more, 'signal-declined')).toMatchObject([{ data: { signal: 'two' } }])
    expect(walked(more)).toEqual(['work passed done'])
  })

  test('whose model does not answer halts, and goes on when it does', async () => {
    const life = await scene({
      sop: sopOf({}),
      steps: [{ fail: { kind: 'unauthorised' } }, { text: 'Done.', repeat: true }],
    })
    expect((await life.start()).at(-1)).toMatchObject({ type: 'sop-halted' })
    expect(walked(await life.resume())).toEqual(['work passed done'])
  })

  test('is one for one name, and begins in no thread where another has not ended', async () => {
    const life = await scene({ sop: sopOf({ exit: [{ kind: 'human', id: 'h', prompt: '?' }] }) })
    await life.start({ run: 'r' })
    expect(entriesOf(await life.start({ run: 'r' }), 'sop-started')).toEqual([])
    await expect(life.start({ run: 'other' })).rejects.toMatchObject({ code: 'input-invalid' })
    const nobody = life.executor.resume({ thread: 'none' })
    await expect(collect(nobody)).rejects.toMatchObject({ code: 'thread-unknown' })
  })

  test('two at once: the second is refused', async () => {
    const checkpointer = memoryCheckpointer()
    const life = await scene({
      sop: sopOf({}),
      checkpointer,
      steps: [{ text: 'Done.', delay: 300, repeat: true }],
    })
    const first = life.start()
    await vi.waitFor(async () => expect((await life.state()).status).toBe('running'))
    await expect(life.resume()).rejects.toMatchObject({ code: 'lease-held' })
    await first
  })

  test('of a procedure that is not sound does not begin', async () => {
    const life = await scene({ sop: sopOf({}) })
    await expect(life.start({ sop: { ...sopOf({}), initial: 'none' } })).rejects.toMatchObject({
      code: 'configuration-invalid',
    })
    expect((await life.state()).status).toBe('empty')
  })

  test('holds invariants in every phase, and enters none that an entry gate refuses', async () => {
    const life = await scene({
      sop: {
        ...sopOf({}),
        invariants: [{ kind: 'files', id: 'no-lock', mustNotChange: ['lock'] }],
        phases: {
          work: { on: { pass: 'next' }, retries: { max: 1 } },
          next: {
            entry: [{ kind: 'command', id: 'ready', run: ['test', '-f', 'ready'] }],
            on: { pass: 'done', exhausted: 'lost' },
          },
          done: { final: true },
          lost: { final: 'failed' },
        },
      },
      steps: [
        { calls: [{ name: 'write', input: { path: 'lock', content: '' } }] },
        { text: 'Done.' },
        { calls: [{ name: 'shell', input: { command: 'rm lock' } }] },
        { text: 'Done.' },
      ],
    })
    expect(walked(await life.start())).toEqual(['work failed work', 'work passed next', 'next refused lost'])
  })
})
