import { spawnSync } from 'node:child_process'

import { expect, test, vi } from 'vitest'

import { sandboxRuntimeSandbox, workspaceProfile } from '../../src/sandbox/index.ts'
import { breachPlace } from './breach-place.ts'
import { run } from './run-breach.ts'

vi.setConfig({ testTimeout: 60_000 })

const programs = ['bwrap', 'rg', 'socat', 'curl']
const there =
  process.platform === 'linux' && programs.every((name) => spawnSync('which', [name]).status === 0)

test.skipIf(there)('what filters hosts is NOT HERE: its test is skipped', () => {
  expect(there).toBe(false)
})

test.runIf(there)('a host that is listed is reached, and no other, by any name', async () => {
  await using place = await breachPlace()
  const profile = workspaceProfile({ root: place.root, home: place.home, hosts: ['localhost'] })
  await using sandbox = await sandboxRuntimeSandbox({ state: place.state, profile })
  const ask = async (url: string): Promise<string> => {
    const program = {
      program: 'curl',
      // Programs are told not to ask the proxy for hosts of this machine: this one is to.
      arguments: ['--noproxy', '', '-sS', '-m', '5', url],
      folder: place.root,
      environment: { PATH: process.env['PATH'] ?? '', HOME: place.home },
    }
    const contained = await sandbox.contain(program, profile)
    const output = await run(contained)
    await contained.release()
    return output
  }
  const port = place.variables['PORT'] ?? ''
  expect(await ask(`http://localhost:${port}/`)).toContain('correct-horse-battery')
  expect(place.heard).toEqual(['tcp'])
  expect(await ask(`http://127.0.0.1:${port}/`)).toContain('blocked')
  expect(await ask('http://localhost.example.test/')).toContain('blocked')
  expect(place.heard).toEqual(['tcp'])
})
