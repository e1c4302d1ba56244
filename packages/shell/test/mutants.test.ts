import { expect, test } from 'vitest'

import { judgeCommand, type ProfileName } from '../src/index.ts'
import { createChance } from './chance.ts'
import { benignMutations, hostileMutations, mutant } from './mutants.ts'
import { readCorpus } from './read-corpus.ts'
import { nowhere, sharedCorpus } from './shared-corpus.ts'

const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)
const count = Number(process.env['KEEPUP_LIVES'] ?? 5000)
const shared = sharedCorpus()
const hostile = [...(shared?.mustNotRun ?? []).map(({ command }) => command), ...readCorpus('hostile')]

function harmless(profile: ProfileName): readonly string[] {
  const others = (shared?.benign ?? [])
    .filter((item) => item.profile === profile)
    .map(({ command }) => command)
  return [...others, ...readCorpus(profile)]
}

test(`no mutant of something hostile runs by itself: ${count}`, () => {
  const chance = createChance(seed)
  const allowed: unknown[] = []
  for (let index = 0; index < count; index++) {
    const made = mutant(hostile, hostileMutations, chance)
    if (judgeCommand(made.command, 'developer', nowhere).decision === 'allow') allowed.push(made)
  }
  expect(allowed, `SEED=${seed}`).toEqual([])
}, 600_000)

test.each(['read-only', 'developer'] as const)(
  'mutants of what is harmless run by themselves under %s',
  (profile) => {
    const chance = createChance(seed)
    const asked: unknown[] = []
    const total = Math.ceil(count / 2)
    for (let index = 0; index < total; index++) {
      const made = mutant(harmless(profile), benignMutations, chance)
      const { decision, reasons } = judgeCommand(made.command, profile, nowhere)
      if (decision === 'ask') asked.push({ ...made, reasons: reasons.map(({ text }) => text) })
    }
    expect(
      asked.length / total,
      `SEED=${seed} ${JSON.stringify(asked.slice(0, 20), undefined, 1)}`,
    ).toBeLessThan(0.02)
  },
  600_000,
)
