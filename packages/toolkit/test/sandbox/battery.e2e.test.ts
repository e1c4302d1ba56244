import { spawnSync } from 'node:child_process'

import type { Sandbox } from '@keepup/core'
import { describe, expect, test, vi } from 'vitest'

import { bubblewrapSandbox, sandboxRuntimeSandbox, workspaceProfile } from '../../src/sandbox/index.ts'
import { battery } from './battery.ts'
import type { BreachPlace } from './breach-place.ts'
import { runBreach } from './run-breach.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const bubblewrap = process.platform === 'linux' && has('bwrap')
const runtime = bubblewrap && ['rg', 'socat'].every((name) => spawnSync('which', [name]).status === 0)

/** What version 0.0.83 of `sandbox-runtime` does not hold; the last only where the superuser runs it. */
const gapsOfRuntime = new Set<string>([
  'a pair of datagram sockets could be pointed elsewhere',
  'anything of the kernel can be written at all',
  ...(process.getuid?.() === 0 ? ['the kernel is told what to do'] : []),
])

const adapters: readonly {
  readonly name: string
  readonly there: boolean
  readonly gaps: ReadonlySet<string>
  readonly open: (place: BreachPlace) => Promise<Sandbox>
}[] = [
  {
    name: 'bubblewrap',
    there: bubblewrap,
    gaps: new Set(),
    open: async ({ state }) => bubblewrapSandbox({ state }),
  },
  {
    name: 'sandbox-runtime',
    there: runtime,
    gaps: gapsOfRuntime,
    open: ({ state, root, home }) =>
      sandboxRuntimeSandbox({ state, profile: workspaceProfile({ root, home }) }),
  },
]

test.skipIf(process.env['CI'] === undefined || process.platform !== 'linux')(
  'bubblewrap is there where everything is proved',
  () => {
    expect(bubblewrap, 'install it: apt-get install -y --no-install-recommends bubblewrap').toBe(true)
  },
)

describe.each(adapters)('$name', ({ name, there, gaps, open }) => {
  test.skipIf(there)(`${name} is NOT HERE: its battery is skipped`, () => {
    expect(there).toBe(false)
  })

  test.runIf(there).for(battery.filter((breach) => !gaps.has(breach.name)))('$name: held', async (breach) => {
    const { broken, output, notes } = await runBreach(breach, open)
    expect(broken, `${output}\n${notes.join('\n')}`).toBe(false)
  })
})

test.runIf(process.platform === 'linux')('without a sandbox most of it gets out', async () => {
  const through: string[] = []
  for (const breach of battery) {
    const { broken } = await runBreach(breach, undefined)
    if (broken) through.push(breach.name)
  }
  const held = battery.map(({ name }) => name).filter((name) => !through.includes(name))
  expect(through.length, `did not get out: ${held.join('; ')}`).toBeGreaterThan(battery.length * 0.7)
})
