import { describe, expect, test } from 'vitest'

import { describeToolCoordinator, type ToolCoordinatorHarness, toolCoordinatorChecks } from '../src/index.ts'
import { type CoordinatorMutant, fakeCoordinator } from './fake/fake-coordinator.ts'

const harness = (mutant?: CoordinatorMutant): ToolCoordinatorHarness => ({
  create: (parts) => fakeCoordinator(parts, mutant),
})

describeToolCoordinator('the fake', harness())

const mutants: Readonly<Record<CoordinatorMutant, string>> = {
  'lists tools as they came': 'definitions: sorted',
  'lists tools anew each time': 'definitions: sorted',
  'runs what it does not know': 'prepare: an unknown tool',
  'accepts any input': 'prepare: invalid input',
  'runs while preparing': 'prepare: has no effect',
  'lets the first policy decide':
    'policies: deny beats ask beats allow, whatever their order: deny beats ask',
  'lets a broken policy pass': 'policies: an exception',
  'takes a broken declaration for no effect': 'effects: an exception',
  'leaves the input out of the digest': 'digest:',
  'passes rejections on': 'run: never rejects',
  'times out late': 'run: bounded in time',
  'shows everything': 'run: bounded in output',
  'lets a tool raise its labels': 'labels: of the output',
  'guesses after a crash': 'reconcile:',
}

describe('the suite notices a coordinator that', () => {
  test.each(Object.entries(mutants))('%s', async (name, words) => {
    const broken = harness(
      Object.keys(mutants).find((mutant): mutant is CoordinatorMutant => mutant === name),
    )
    const [meant] = toolCoordinatorChecks.filter((check) => check.name.startsWith(words))
    await expect(meant?.run(broken)).rejects.toThrow(Error)
  })

  test('by sentences that each have a name of their own', () => {
    const names = toolCoordinatorChecks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
