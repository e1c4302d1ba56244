import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { collect } from '../src/fails.ts'
import { type CheckpointerHarness, checkpointerChecks, describeCheckpointer } from '../src/index.ts'
import { FakeArtifacts } from './fake/fake-artifacts.ts'
import { FakeCheckpointer } from './fake/fake-checkpointer.ts'
import type { Mutant } from './fake/mutant.ts'
import { currentOwner, isOwnerDead } from './fake/owner.ts'

const module = join(import.meta.dirname, 'fake/owner.ts')

function harness(mutant?: Mutant): CheckpointerHarness {
  return {
    create: async ({ clock, capacity }) => {
      const folder = await mkdtemp(join(tmpdir(), 'keepup-fake-'))
      const artifacts = new FakeArtifacts(folder, clock)
      const checkpointer = new FakeCheckpointer({
        clock,
        capacity,
        mutant,
        artifacts,
        isOwnerDead: judge(mutant),
      })
      const dispose = () => rm(folder, { recursive: true })
      // The fake lives in this process alone: another connection to it, or a later one, is the same one.
      const store = { checkpointer, artifacts, dispose, reopen: async () => store, second: async () => again }
      const again = { ...store, dispose: async () => undefined }
      return store
    },
    verify: async (checkpointer, thread) => {
      const entries = await collect(checkpointer.log(thread))
      return { entries: entries.length, head: (await checkpointer.read(thread)).hash }
    },
    owners: { current: currentOwner, module, directory: import.meta.dirname },
    lacks: ['transaction', 'damage'],
  }
}

function judge(mutant: Mutant | undefined): typeof isOwnerDead {
  if (mutant === 'believes every owner alive') return () => false
  return mutant === 'believes every owner dead' ? () => true : isOwnerDead
}

describeCheckpointer('the fake', harness())

/** Every mutant, with words of the checks of which at least one must notice it. */
const mutants: Readonly<Record<Mutant, string>> = {
  'ignores the lease': 'commit: an append without',
  'keeps an expired lease alive': 'lease: others take it at expiry',
  'never grows the token': 'lease: a token greater',
  'lets an owner take a held lease': 'lease: a live lease of another owner',
  'overwrites a taken sequence': 'commit: one after a taken sequence',
  'commits appends one by one': 'commit: all or nothing',
  'keeps signals of a failed commit': 'commit: all or nothing',
  'stores functions as nothing': 'values: a function',
  'stores dates as text': 'values: Date',
  'loses the sign of zero': 'values: -0 alone',
  'stores what the caller still holds': 'commit: what the caller changes',
  'takes signals out of order': 'takes: each must be the head',
  'forgets the ids of taken signals': 'signal: idempotent by id',
  'never says full': 'signal: a bounded channel',
  'bounds answers': 'signal: `answers:*`',
  'loses signals to threads that do not exist': 'signal: may name a thread',
  "shares a fork's tail": 'fork: later entries of either',
  'inherits pending signals': 'fork: pending signals',
  'copies entries into a fork': 'fork: copies no entry',
  'ignores rewinds': 'rewind: hides',
  'forgets what a rewind hid': 'rewind: to what a rewind hid',
  'uses a snapshot across rewinds': 'snapshot: one that holds what a rewind hid',
  'uses a snapshot across forks': 'snapshot: one that a fork does not share',
  'gives a snapshot to any fold': 'snapshot: is given to its own fold',
  'keeps every snapshot': 'snapshot: keeps the newest few',
  'keeps snapshots of who lost the lease': 'snapshot: with a token',
  'lists history oldest first': "history: this thread's own",
  'ignores due': 'threads: `due` finds',
  'forgets a wait': 'threads: an entry that is not critical leaves open',
  'skips an entry when watching': 'watch: own entries after',
  'repeats an entry when watching': 'watch: own entries after',
  'erases what forks need': 'erase: where forks depend',
  'keeps snapshots of what was erased': 'erase: only the data',
  'stores states from before an erasure': 'erase: no state that was folded before',
  'prunes to states from before an erasure': 'erase: no state that was folded before',
  'forgets forks when it counts erasures': 'erase: a fork of what was erased',
  'prunes without a lease': 'prune: fails',
  'ignores ids of many writers': 'writers: the same id twice',
  'accepts any header': 'entries: a header that breaks its rules',
  'reads past the end': 'read: a position that does not exist',
  'believes every owner alive': 'lease: a provably dead',
  'believes every owner dead': 'lease: another holder',
}

describe('the suite notices a checkpointer that', () => {
  test.each(Object.entries(mutants))('%s', async (name, words) => {
    const broken = harness(Object.keys(mutants).find((mutant): mutant is Mutant => mutant === name))
    const meant = checkpointerChecks(broken).filter((check) => check.name.startsWith(words))
    expect(meant.length).toBeGreaterThan(0)
    const outcomes = await Promise.allSettled(meant.map(({ run }) => run(broken)))
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
  })
})

describe('a harness', () => {
  test('that promises what it does not have is told so', async () => {
    const bare: CheckpointerHarness = {
      create: async () => ({ checkpointer: new FakeCheckpointer(), dispose: () => Promise.resolve() }),
    }
    const all = checkpointerChecks(bare)
    const needed = new Set(all.flatMap(({ needs }) => needs))
    expect([...needed].toSorted()).toEqual([
      'artifacts',
      'damage',
      'owners',
      'reopen',
      'second',
      'transaction',
      'verify',
    ])
    for (const { needs, run } of all.filter((check) => check.needs.length > 0)) {
      await expect(run(bare)).rejects.toThrow(new RegExp(`no \`(${needs.join('|')})\`: give it`))
    }
  })

  test('runs every check that it does not lack, each under a name of its own', () => {
    const names = checkpointerChecks(harness()).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(150)
    const withoutDatabase = 'within: fails `not-supported` where there is no database'
    expect(names).toContain(withoutDatabase)
    expect(checkpointerChecks({ ...harness(), lacks: [] }).map(({ name }) => name)).not.toContain(
      withoutDatabase,
    )
  })

  test('may have a clock of its own, and is then waited for', async () => {
    const own: CheckpointerHarness = {
      create: async ({ capacity }) => {
        const checkpointer = new FakeCheckpointer({ capacity })
        return { checkpointer, dispose: () => checkpointer[Symbol.asyncDispose]() }
      },
      realClock: { ttl: 60 },
    }
    const expiry = checkpointerChecks(own).find(({ name }) =>
      name.startsWith('lease: others take it at expiry'),
    )
    await expect(expiry?.run(own)).resolves.toBeUndefined()
  })
})
