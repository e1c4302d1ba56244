import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { expect, test } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

const found: readonly (readonly [string, ...string[]])[] = [
  ['project/keepup.json'],
  ['.config/keepup/config.json'],
  ['.config/keepup/permissions.json'],
  ['project/.keepup/permissions.json'],
  ['.claude/settings.json', '--hooks', 'claude'],
]

test.skipIf(process.platform === 'win32').each(found)(
  'a pipe where %s is looked for is named, not waited for',
  async (name, ...flags) => {
    const home = temporaryFolder()
    const project = join(home, 'project')
    const path = join(home, name)
    mkdirSync(project)
    mkdirSync(dirname(path), { recursive: true })
    execFileSync('mkfifo', [path])
    await using server = await startFakeServer([{ text: 'Done.' }])
    const model = ['--model', `openai-compatible:${server.url}#any`]
    const { ended } = startKeepup(['run', 'hello', '--cwd', project, ...model, ...flags], { home })
    const { code, stderr } = await ended
    expect(stderr).toContain(name)
    expect(stderr).toMatch(/is no plain file|cannot be read/)
    expect(code).toBe(21)
    expect(server.requests).toHaveLength(0)
  },
)
