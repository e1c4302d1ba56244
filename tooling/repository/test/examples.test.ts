import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test, vi } from 'vitest'

import { repositoryRoot } from '../repository-root.ts'

// Each is a process that strips the types of all it imports.
vi.setConfig({ testTimeout: 60_000 })

const folder = join(repositoryRoot, 'examples')
const programs = globSync('*.ts', { cwd: folder }).toSorted()

/** A line that each example prints. */
const promised: Readonly<Record<string, string>> = {
  'approve-release.ts': '1.3.0: finished ["nobody answered for a week","1.3.0 is held"]',
  'hand-off.ts': 'Billing says: 5 euros are on their way.',
  'hierarchy.ts': 'The report: Ada Lovelace wrote it in 1843.',
  'import-autogpt.ts': 'posted ["speed: bad","everything: good"]',
  'own-tool.ts': 'Take an umbrella.',
  'research.ts': 'Tea grows on hills with warm rain, and nearly everybody drinks it.',
  'sop-fix-bug.ts': "{ type: 'completed', phase: 'done' }",
  'stop-and-go-on.ts': 'completed: I counted to three.',
}

test.each(programs)('%s runs and says what it promises', async (program) => {
  const args = ['--conditions=@keepup/source', join(folder, program)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(stdout.split('\n')).toContain(promised[program])
})
