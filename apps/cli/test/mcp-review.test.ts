import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

test('a tool that came later waits, is shown whole, and passes with the code of what was shown alone', async () => {
  const home = temporaryFolder()
  const keepup = (...words: readonly string[]): Promise<Printed> => runInProcess(words, { home, cwd: home })
  const add = (...flags: readonly string[]): Promise<Printed> =>
    keepup(
      'mcp',
      'add',
      ...flags,
      'one',
      '--',
      process.execPath,
      join(import.meta.dirname, 'plain-mcp-server.ts'),
    )
  await add()
  expect((await keepup('mcp', 'tools')).stdout).toContain('echo')
  expect((await keepup('mcp', 'review')).stdout).toBe('nothing waits\n')
  await add('--force', '--env', 'MORE=1')
  const review = await keepup('mcp', 'review', 'one')
  expect(review.stdout).toMatch(/one: other_0 {2}added\n {2}\+ description: "Does something else\./)
  expect((await keepup('mcp', 'tools')).stdout).not.toContain('other_0')
  expect((await keepup('mcp', 'doctor')).stdout).toMatch(
    /other_0 is not offered: it is new[^]*keepup mcp review one/,
  )
  expect(await keepup('mcp', 'review', 'one', '--approve', '0'.repeat(12))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not the code of what waits now'),
  })
  const code = /--approve ([0-9a-f]{12})/.exec(review.stderr)?.[1] ?? ''
  const asAgent = await runInProcess(['mcp', 'review', 'one', '--approve', code], {
    home,
    cwd: home,
    variables: { KEEPUP_CALL: 'x' },
  })
  expect(asAgent.stderr).toContain('not by an agent')
  expect((await keepup('mcp', 'review', 'one', '--approve', code)).stderr).toContain('passes from now on')
  expect((await keepup('mcp', 'tools')).stdout).toContain('other_0')
  await add('--force')
  expect((await keepup('mcp', 'review', 'one')).stdout).toMatch(/one: other_0 {2}removed/)
})
