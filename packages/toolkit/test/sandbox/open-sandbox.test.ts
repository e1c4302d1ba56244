import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import {
  findSandboxes,
  openSandbox,
  sandboxRuntimeSandbox,
  workspaceProfile,
} from '../../src/sandbox/index.ts'
import { temporaryFolder } from '../call-tool.ts'

const bubblewrap = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0

test('every sandbox is found, or said to be missing with how to have it', async () => {
  const root = await temporaryFolder()
  const found = await findSandboxes({ profile: workspaceProfile({ root }), state: join(root, 'state') })
  expect(found.map(({ name }) => name)).toEqual(['bubblewrap', 'seatbelt', 'sandbox-runtime', 'container'])
  for (const { description, missing, install } of found) {
    expect(install).not.toBe('')
    expect((description === undefined) !== (missing === undefined)).toBe(true)
    expect(description === undefined || description.lacks.length > 0).toBe(true)
  }
})

test.runIf(bubblewrap)(
  'auto takes bubblewrap, and what filters hosts where hosts are listed, or fails',
  async () => {
    const root = await temporaryFolder()
    const state = join(root, 'state')
    await using taken = await openSandbox('auto', { profile: workspaceProfile({ root }), state })
    expect(taken.describe().name).toBe('bubblewrap')
    const listed = workspaceProfile({ root, hosts: ['example.com'] })
    const name = await openSandbox('auto', { profile: listed, state }).then(
      async (sandbox) => {
        await using opened = sandbox
        return opened.describe().name
      },
      (error: unknown) => String(error),
    )
    expect(name).toMatch(/^sandbox-runtime$|No sandbox works here/)
  },
)

test('a package that is not installed is an error that says how to have it', async () => {
  const root = await temporaryFolder()
  const options = { profile: workspaceProfile({ root }), state: join(root, 'state') }
  const load = (): Promise<never> => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))
  await expect(sandboxRuntimeSandbox(options, load)).rejects.toMatchObject({
    code: 'sandbox-unavailable',
    message: expect.stringMatching(/cannot be loaded.*npm install @anthropic-ai\/sandbox-runtime/),
  })
})
