import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { type ToolContext, systemClock } from '@keepup/core'
import { toolkit } from '@keepup/toolkit'
import { type Attack, testAttacks } from '@keepup/vitest/attack'
import { onTestFinished } from 'vitest'

import { temporaryFolder } from '../hub.ts'

const secret = 'what lies outside of the roots'

/** A project with a folder beside it that is no root, and ways from one to the other. */
function project(): string {
  const folder = temporaryFolder()
  const root = join(folder, 'project')
  for (const name of ['project', 'project-private', 'project/inside'])
    mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'project-private', 'notes.txt'), secret)
  writeFileSync(join(root, 'inside', 'own.txt'), 'its own')
  symlinkSync(join(folder, 'project-private', 'notes.txt'), join(root, 'file-link'))
  symlinkSync(join(folder, 'project-private'), join(root, 'inside', 'folder-link'))
  return root
}

/** Reads with the tool that an agent has, as a server's answer told it to. */
async function readAsTold(root: string, path: string): Promise<string> {
  const kit = toolkit({ root })
  onTestFinished(() => kit[Symbol.asyncDispose]())
  const read = kit.find(({ name }) => name === 'read')
  const context: ToolContext = {
    call: { thread: 't', id: 'c', key: 'k', name: 'read', input: { path } },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: 'k',
    progress: () => {},
    processStarted: async () => {},
  }
  const run = async (wanted: string): Promise<string> =>
    JSON.stringify(await read?.run({ path: wanted }, context).catch(String)) ?? ''
  if (!(await run('inside/own.txt')).includes('its own')) throw new Error('it reads nothing at all')
  return run(path)
}

const ways = [
  '../project-private/notes.txt',
  'inside/../../project-private/notes.txt',
  'file-link',
  'inside/folder-link/notes.txt',
]
const reading: readonly Attack[] = ways.map((way) => ({
  id: 'mcp-45',
  name: `a server leads an agent to ${way}`,
  without: 'a look at where paths lead',
  async succeeds(isDefended) {
    const root = project()
    const read = isDefended ? await readAsTold(root, way) : readFileSync(resolve(root, way), 'utf8')
    return read.includes(secret)
  },
}))

const absolute: Attack = {
  id: 'mcp-45',
  name: 'a server leads an agent to an absolute path beside the root that begins like it',
  without: 'a look at where paths lead',
  async succeeds(isDefended) {
    const root = project()
    const path = `${root}-private/notes.txt`
    // Whoever compares the beginnings of texts lets it pass.
    const isInside = path.startsWith(root)
    const read = isDefended ? await readAsTold(root, path) : isInside ? readFileSync(path, 'utf8') : ''
    return read.includes(secret)
  },
}

testAttacks([...reading, absolute])
