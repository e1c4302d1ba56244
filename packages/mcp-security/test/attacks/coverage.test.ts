import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const folder = process.env['KEEPUP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared')
const path = join(folder, 'data/mcp-attacks.json')
const isHere = existsSync(path)
if (!isHere)
  console.warn('the shared list of attacks is not here: its test is skipped; KEEPUP_SHARED names its folder')

/** Attacks that are no client's to stop, or that other packages answer: not tested here. */
const others = [
  // On servers: Host and Origin, sessions.
  'mcp-21',
  'mcp-22',
  // Labels: results, prompts.
  'mcp-41',
  'mcp-42',
  // Files of tools; what completion and tasks tell.
  'mcp-45',
  'mcp-48',
  'mcp-49',
  // Settings, packages, installation.
  'mcp-51',
  'mcp-52',
  'mcp-55',
]

test.skipIf(!isHere)(
  'every attack on transports, tools, clients and configuration is tested here or named as not',
  () => {
    const { attacks } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly attacks: readonly { readonly id: string; readonly area: string }[]
    }
    const areas = ['transport', 'tools', 'client', 'config']
    const ids = attacks.filter(({ area }) => areas.includes(area)).map(({ id }) => id)
    const files = readdirSync(import.meta.dirname).filter(
      (name) => name.endsWith('.test.ts') && name !== 'coverage.test.ts',
    )
    const tests = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')
    expect(ids.filter((id) => !tests.includes(`'${id}'`))).toEqual(others)
  },
)
