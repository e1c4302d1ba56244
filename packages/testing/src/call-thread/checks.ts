import assert from 'node:assert/strict'

import type { CallKey, CallThread } from '@keepup/core'

import { fails } from '../fails.ts'
import { type CallScene, type CallThreadCheck, check, sceneThread, settled, spawned } from './scene.ts'

const enough = { tokens: 100_000, turns: 20 }

async function typesOf({ entries }: CallScene): Promise<readonly string[]> {
  return (await entries()).map(({ type }) => type)
}

const readingChecks: readonly CallThreadCheck[] = [
  check('thread, run and settings are those of the run that the call is part of', async (scene) => {
    let seen: Pick<CallThread, 'run' | 'thread'> | undefined
    await scene.run(({ thread, run, settings }) => {
      seen = { thread, run }
      assert.equal(settings.unattended, 'deny')
    }, enough)
    const [started] = (await scene.entries()).filter(({ type }) => type === 'run-started')
    assert.deepEqual(seen, { thread: sceneThread, run: runIn(started?.data) })
  }),
  check('delegation: nothing where a person started the agent', ({ run }) =>
    done(run(({ delegation }) => assert.equal(delegation, undefined), enough)),
  ),
  check('messages are what the model is shown, and exposure the join of it', ({ run }) =>
    done(
      run(({ messages, exposure }) => {
        assert.ok(JSON.stringify([...messages]).includes('Go'))
        assert.ok(exposure.sources.length > 0)
      }, enough),
    ),
  ),
  check('every property is read as it stands now', ({ run }) =>
    done(
      run(async (thread, context) => {
        const before = Array.from(thread.agents, ({ agent }) => agent)
        await thread.record([spawned(context, 'a')])
        assert.deepEqual(before, [])
        assert.deepEqual(
          Array.from(thread.agents, ({ agent }) => agent),
          ['a'],
        )
      }, enough),
    ),
  ),
  check('agents are those that this run started, in order, with what became of them', ({ run }) =>
    done(
      run(async (thread, context) => {
        await thread.record([spawned(context, 'b'), spawned(context, 'a')])
        await thread.record([settled(context, 'b', 1)])
        const found = Array.from(thread.agents, ({ agent, run: by, settled: end }) => [agent, by, end?.end])
        assert.deepEqual(found, [
          ['b', thread.run, 'completed'],
          ['a', thread.run, undefined],
        ])
      }, enough),
    ),
  ),
  check('left is without what was set aside for agents, until they are settled', ({ run }) =>
    done(
      run(async (thread, context) => {
        const { tokens: before = Number.NaN } = thread.left
        assert.ok(before > 0 && before < enough.tokens)
        await thread.record([spawned(context, 'a', 5_000)])
        assert.equal(thread.left.tokens, before - 5_000)
        await thread.record([settled(context, 'a', 1_000)])
        assert.equal(thread.left.tokens, before - 1_000)
      }, enough),
    ),
  ),
  check('left has no bound where the run has none', ({ run }) =>
    done(run(({ left }) => assert.equal(left.tokens, undefined), { turns: 5 })),
  ),
]

const recordChecks: readonly CallThreadCheck[] = [
  check('record: facts are in the thread once it resolves, in order', async (scene) => {
    await scene.run(async (thread, context) => {
      await thread.record([spawned(context, 'a'), settled(context, 'a', 1)])
      assert.deepEqual((await typesOf(scene)).slice(-2), ['agent-spawned', 'agent-settled'])
    }, enough)
  }),
  check('record: what other threads get is there with the facts', async (scene) => {
    const { checkpointer } = scene
    await scene.run(async (thread, context) => {
      const signal = {
        id: 's1',
        thread: 'other',
        channel: 'control',
        type: 'interrupt',
        time: 1,
        by: 'runtime',
      }
      await thread.record([spawned(context, 'a')], { signals: [{ ...signal, data: {} }] })
      assert.ok((await typesOf(scene)).includes('agent-spawned'))
    }, enough)
    assert.deepEqual(
      await checkpointer.signal(
        [
          {
            id: 's1',
            thread: 'other',
            channel: 'control',
            type: 'interrupt',
            time: 1,
            by: 'runtime',
            data: {},
          },
        ],
        'process',
      ),
      ['duplicate'],
    )
  }),
  check(
    'record: all or nothing: a lost lease of another thread leaves nothing, and the run fails',
    async (scene) => {
      const entry = { type: 'x', version: 1, critical: false, time: 1, by: 'runtime', data: null } as const
      const { end } = await scene.run(async (thread, context) => {
        const append = { thread: 'other', after: 0, lease: 12_345, entries: [entry] }
        await fails(thread.record([spawned(context, 'a')], { appends: [append] }))
        // Nothing more of this run is recorded either.
        await fails(thread.record([spawned(context, 'b')]))
      }, enough)
      assert.equal(end, 'failed')
      assert.ok(!(await typesOf(scene)).includes('agent-spawned'))
    },
  ),
  check('record: refused once the call has ended', async (scene) => {
    const late: { thread?: CallThread; fact?: ReturnType<typeof spawned> } = {}
    await scene.run((thread, context) => {
      late.thread = thread
      late.fact = spawned(context, 'a')
    }, enough)
    const { thread, fact } = late
    assert.ok(thread !== undefined && fact !== undefined)
    await fails(thread.record([fact]), 'interrupted')
    assert.ok(!(await typesOf(scene)).includes('agent-spawned'))
  }),
]

const suspendChecks: readonly CallThreadCheck[] = [
  check('suspend: what the call gives back counts for nothing, and the run waits', async (scene) => {
    const { end } = await scene.run((thread, { call }) => thread.suspend(call.key, ['other-1']), enough)
    assert.equal(end, 'waiting')
    const types = await typesOf(scene)
    assert.ok(!types.includes('tool-finished'))
    assert.ok(types.includes('run-waiting'))
  }),
  check('suspend: whoever resumes the run runs the same call again', async (scene) => {
    const keys: CallKey[] = []
    await scene.run((thread, { call }) => {
      keys.push(call.key)
      thread.suspend(call.key, ['other-1'])
    }, enough)
    const { end } = await scene.resume((_, { call }) => void keys.push(call.key))
    assert.equal(end, 'completed')
    assert.deepEqual(keys, [keys[0], keys[0]])
    assert.equal((await typesOf(scene)).filter((type) => type === 'tool-finished').length, 1)
  }),
]

/** The contract of `CallThread`, sentence by sentence. */
export const callThreadChecks: readonly CallThreadCheck[] = [
  ...readingChecks,
  ...recordChecks,
  ...suspendChecks,
]

async function done(run: Promise<unknown>): Promise<void> {
  await run
}

function runIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'run' in data ? data.run : undefined
}
