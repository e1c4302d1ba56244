import assert from 'node:assert/strict'

import type { Checkpointer, Entry, PendingSignal, Sequence, ThreadId } from '@keepup/core'

import { within } from '../fails.ts'
import { check, type CheckpointerCheck, hold, type Holder, message, note } from './scene.ts'

type Seen = { readonly entry: Entry } | { readonly signal: PendingSignal }

/** Somebody who watches, and what was seen so far. */
interface Watcher {
  readonly sequences: readonly Sequence[]
  readonly signals: readonly string[]
  /** Resolves once the condition holds. */
  until(what: string, condition: () => boolean): Promise<void>
  /** Aborts, and resolves once the watching ended. */
  stop(): Promise<void>
  /** Settles when the watching ends. */
  readonly ended: Promise<void>
}

function watch(checkpointer: Checkpointer, thread: ThreadId, after?: Sequence): Watcher {
  const controller = new AbortController()
  const { signal } = controller
  const sequences: Sequence[] = []
  const signals: string[] = []
  let waiting: { condition: () => boolean; resolve: () => void } | undefined
  const ended = (async () => {
    const options = after === undefined ? { signal } : { after, signal }
    for await (const seen of checkpointer.watch(thread, options) as AsyncIterable<Seen>) {
      if ('signal' in seen) signals.push(seen.signal.id)
      else {
        const last = sequences.at(-1)
        sequences.push(seen.entry.sequence)
        assert.ok(
          last === undefined || seen.entry.sequence === last + 1,
          `exactly once, in order: ${sequences.join()}`,
        )
      }
      if (waiting?.condition()) waiting.resolve()
    }
  })()
  ended.catch(() => undefined)
  return {
    sequences,
    signals,
    ended,
    until: (what, condition) => {
      const reached = new Promise<void>((resolve) => {
        waiting = { condition, resolve }
        if (condition()) resolve()
      })
      const seen = `${what}; entries seen: ${sequences.join()}; signals: ${signals.join()}`
      return within(
        10_000,
        Promise.race([reached, ended.then(() => assert.fail(`Watching ended before ${seen}`))]),
        seen,
      )
    },
    stop: async () => {
      controller.abort()
      await within(10_000, ended, 'watching ends once aborted')
    },
  }
}

const consecutive = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** `watch`. */
export const watchChecks: readonly CheckpointerCheck[] = [
  check('watch: own entries after `after`, every one exactly once and in order', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    const all = watch(checkpointer, 'thread', 0)
    const some = watch(checkpointer, 'thread', 2)
    for (let index = 0; index < 30; index++) await holder.append(`a${index}`, `b${index}`)
    await all.until('all entries', () => all.sequences.at(-1) === 63)
    await some.until('the later entries', () => some.sequences.at(-1) === 63)
    assert.deepEqual(all.sequences, consecutive(1, 63))
    assert.deepEqual(some.sequences, consecutive(3, 63))
    await all.stop()
    await some.stop()
  }),

  check('watch: begins at the head when `after` is left out', async (scene) => {
    const holder = await hold(scene, 'thread', 1, 2, 3)
    const watcher = watch(scene.checkpointer, 'thread')
    await appendUntilSeen(holder, watcher)
    const first = watcher.sequences[0] ?? 0
    assert.ok(first > 3)
    assert.deepEqual(watcher.sequences, consecutive(first, watcher.sequences.at(-1) ?? 0))
    await watcher.stop()
  }),

  check('watch: a thread that does not exist yet, and a fork, show their own entries', async (scene) => {
    const { checkpointer } = scene
    const later = watch(checkpointer, 'later', 0)
    await hold(scene, 'later', 1, 2)
    await later.until('both entries', () => later.sequences.length === 2)
    await later.stop()
    await checkpointer.fork({ thread: 'later', at: 2 }, 'fork')
    const fork = watch(checkpointer, 'fork', 0)
    await hold(scene, 'fork', 3)
    await fork.until('its own entry', () => fork.sequences.length > 0)
    assert.deepEqual(fork.sequences, [3])
    await fork.stop()
  }),

  check('watch: signals as they arrive, at least once unless taken first', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1)
    const watcher = watch(checkpointer, 'thread')
    await appendUntilSeen(holder, watcher)
    const sent = Array.from({ length: 10 }, (_, index) => `signal-${index}`)
    for (const id of sent)
      await checkpointer.signal([message('thread', id, { channel: 'control' })], 'process')
    await checkpointer.signal([message('other', 'elsewhere')], 'process')
    await watcher.until('all signals', () => sent.every((id) => watcher.signals.includes(id)))
    assert.deepEqual([...new Set(watcher.signals)], sent, 'in order, and none of another thread')
    await holder.commit([note('took it')], { takes: ['signal-0'] })
    await watcher.stop()
  }),

  check('watch: ends quietly when aborted, also before it began', async (scene) => {
    await hold(scene, 'thread', 1)
    const waiting = watch(scene.checkpointer, 'thread')
    await waiting.stop()
    const signal = AbortSignal.abort()
    for await (const seen of scene.checkpointer.watch('thread', { after: 0, signal })) {
      assert.fail(`Nothing is shown to who aborted before: ${JSON.stringify(seen)}`)
    }
    const abandoned = scene.checkpointer.watch('thread', { after: 0, signal: new AbortController().signal })
    for await (const seen of abandoned) {
      assert.ok('entry' in seen)
      break
    }
  }),

  check('watch: ends quietly when the checkpointer is closed', async (scene) => {
    const other = await scene.another()
    const holder = await hold({ checkpointer: other.checkpointer, ttl: scene.ttl }, 'thread', 1)
    const watcher = watch(other.checkpointer, 'thread')
    await appendUntilSeen(holder, watcher)
    await other.checkpointer[Symbol.asyncDispose]()
    await within(10_000, watcher.ended, 'watching ends once closed')
  }),

  check(
    'watch: shows entries and signals of another connection',
    async (scene) => {
      const { checkpointer } = await scene.second()
      const holder = await hold(scene, 'thread', 1)
      const watcher = watch(checkpointer, 'thread', 0)
      for (let index = 0; index < 50; index++) await holder.append(index)
      await scene.checkpointer.signal([message('thread', 'from afar', { channel: 'control' })], 'process')
      await watcher.until(
        'all entries and the signal',
        () => watcher.sequences.at(-1) === 51 && watcher.signals.length > 0,
      )
      assert.deepEqual(watcher.sequences, consecutive(1, 51))
      await watcher.stop()
    },
    ['second'],
  ),
]

/** Where watching begins at the head, only what follows its first step is promised. */
async function appendUntilSeen(holder: Holder, watcher: Watcher): Promise<void> {
  for (let attempt = 0; attempt < 500 && watcher.sequences.length === 0; attempt++) {
    await holder.append(`attempt ${attempt}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const last = (await holder.append('last')).sequence
  await watcher.until(`entry ${last}`, () => watcher.sequences.at(-1) === last)
}
