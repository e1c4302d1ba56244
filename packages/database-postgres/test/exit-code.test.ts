import { spawnSync } from 'node:child_process'

import { expect, test } from 'vitest'

/** What a runner of tests does: it starts a server, notes that something failed, stops the server, and has nothing left to do. */
const program = `
  const { startPostgres } = await import(${JSON.stringify(import.meta.resolve('@keepup/vitest/postgres-server'))})
  const server = await startPostgres()
  process.exitCode = 3
  await server.stop()
`

test(
  'a process that started a server of its own ends with the code that it chose',
  { timeout: 60_000 },
  () => {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(3)
  },
)
