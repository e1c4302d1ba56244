import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../../..')
const folder = process.env['KEEPUP_SHARED'] ?? join(root, '../shared')
const path = join(folder, 'data/mcp-attacks.json')
const isHere = existsSync(path)
if (!isHere)
  console.warn('the shared list of attacks is not here: its test is skipped; KEEPUP_SHARED names its folder')

/** Where attacks are tests that `pnpm test:undefended` runs with the defence off. */
const places = [
  'packages/mcp-security/test/attacks',
  'packages/mcp-security/test/oauth/attacks',
  'packages/mcp/test/attacks',
]

function attackTests(): readonly string[] {
  const files = places.flatMap((place) =>
    readdirSync(join(root, place)).map((name) => join(root, place, name)),
  )
  const tests = files.filter((file) => file.endsWith('.test.ts') && !file.endsWith('coverage.test.ts'))
  return [...tests, join(root, 'apps/cli/test/mcp-attacks.test.ts')].map((file) => readFileSync(file, 'utf8'))
}

test.skipIf(!isHere)('every attack of the shared list has a test that names it', () => {
  const { attacks } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly attacks: readonly { readonly id: string }[]
  }
  const ids = attacks.map(({ id }) => id)
  expect(ids).toHaveLength(63)
  const tests = attackTests().join('\n')
  expect(ids.filter((id) => !tests.includes(`'${id}'`))).toEqual([])
})

test('every test of attacks runs them with the defence off, too, and `test:undefended` finds it', () => {
  for (const text of attackTests()) expect(text).toMatch(/\btestAttacks\(|succeeds without/)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const script = manifest.scripts['test:undefended'] ?? ''
  for (const project of ['mcp', 'mcp-security', 'cli']) expect(script).toContain(`--project ${project} `)
  expect(script).toContain('"succeeds without"')
})
