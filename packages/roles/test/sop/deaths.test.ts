import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, type Commit, KeepupError } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import type { Sop } from '../../src/sop/index.ts'
import { collect, scene } from './scene.ts'

vi.setConfig({ testTimeout: 600_000 })

const sop: Sop = {
  id: 'whole',
  version: 1,
  initial: 'work',
  phases: {
    work: {
      onEdit: { gates: [{ kind: 'command', id: 'lint', run: ['sh', '-c', '! grep -q bad *.txt'] }] },
      produces: { note: { type: 'string' } },
      exit: [{ kind: 'command', id: 'green', run: ['grep', '-q', 'two', 'b.txt'] }],
      on: { pass: 'read', fail: { rollback: 'phase' } },
    },
    read: {
      parallel: { one: { exit: [{ kind: 'command', id: 'ok', run: ['true'] }] }, other: {} },
      on: { pass: 'judge' },
    },
    judge: { exit: [{ kind: 'judge', id: 'good', rubric: 'Right?', threshold: 0.5 }], on: { pass: 'done' } },
    done: { final: true },
  },
}
const write = (path: string, content: string) => ({ calls: [{ name: 'write', input: { path, content } }] })
const request = {
  calls: [{ name: 'request_transition', input: { summary: 'done', artifacts: { note: 'n' } } }],
}
const steps = [
  write('a.txt', 'bad'),
  write('b.txt', 'one'),
  request,
  { text: 'Done.', when: { lastUser: /step 1/ } },
  write('b.txt', 'two'),
  request,
  { text: 'Done.', repeat: true },
]
const judge = [{ text: '{"score": 1, "reason": "right"}', repeat: true }]

/** A checkpointer that is cut off at one of its commits, as if the process had died then: before it is stored, or after. */
function mortal(
  inner: Checkpointer,
  at: number,
  stored: boolean,
): { readonly checkpointer: Checkpointer; readonly made: () => number } {
  let made = 0
  const dead = (): KeepupError => new KeepupError('database-unavailable', 'The process is dead.')
  async function commit(batch: Commit) {
    made += 1
    if (made > at || (made === at && !stored)) throw dead()
    const checkpoints = await inner.commit(batch)
    if (made === at) throw dead()
    return checkpoints
  }
  const checkpointer = new Proxy(inner, {
    get(target, key) {
      if (key === 'commit') return commit
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { checkpointer, made: () => made }
}

/** What a life came to: the transitions, the files, what was handed over. */
async function outcomeOf(life: Awaited<ReturnType<typeof scene>>, inner: Checkpointer) {
  const { machine, artifacts } = await life.revive(inner).state('t')
  const taken: string[] = []
  for await (const { type, data } of inner.log('t')) {
    if (type !== 'transition-taken') continue
    const { event, from, to } = data as {
      readonly event: { readonly type: string; readonly branch?: string }
      readonly from: string
      readonly to: string
    } // its type says so
    taken.push(`${from} ${event.type} ${event.branch ?? ''} ${to}`)
  }
  return {
    end: machine.end,
    artifacts,
    taken: taken.toSorted(),
    files: [life.read('a.txt'), life.read('b.txt')],
  }
}

async function liveTwice(at: number, stored: boolean) {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  const { checkpointer, made } = mortal(inner, at, stored)
  const life = await scene({ sop, steps, judge, checkpointer, parts: {} })
  await life.start().catch(() => [])
  const again = life.revive(inner)
  const { status } = await again.state('t')
  for (let tries = 0; tries < 5; tries += 1) {
    if ((await again.state('t')).status === 'finished') break
    await collect(
      tries === 0 && status === 'empty'
        ? again.start({ thread: 't', sop, task: 'Do it' })
        : again.resume({ thread: 't' }),
    )
  }
  return { outcome: await outcomeOf(life, inner), made: made() }
}

const seed = Number(process.env['KEEPUP_SEED'] ?? Date.now() % 1_000)
const deaths = Number(process.env['KEEPUP_SOP_DEATHS'] ?? 2)

test(`a process that dies at any of its commits changes nothing of what comes out (SEED=${seed})`, async () => {
  const { outcome, made } = await liveTwice(Infinity, true)
  expect(outcome).toMatchObject({ end: { type: 'completed' }, files: [undefined, 'two'] })
  expect(outcome.taken).toHaveLength(6)
  const all = Array.from({ length: made * 2 }, (_, index) => index)
  const step = Math.max(1, Math.floor(all.length / deaths))
  for (const index of all.filter((each) => each % step === seed % step)) {
    const at = Math.floor(index / 2) + 1
    const stored = index % 2 === 0
    const died = await liveTwice(at, stored)
    expect({ at, stored, ...died.outcome }).toEqual({ at, stored, ...outcome })
  }
})
