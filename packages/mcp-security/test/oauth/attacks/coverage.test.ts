import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { allDefences } from '../../../src/oauth/defences.ts'

const folder = process.env['KEEPUP_SHARED'] ?? join(import.meta.dirname, '../../../../../../shared')
const path = join(folder, 'data/mcp-attacks.json')
const isHere = existsSync(path)
if (!isHere)
  console.warn('the shared list of attacks is not here: its test is skipped; KEEPUP_SHARED names its folder')

test.skipIf(!isHere)('every attack on OAuth of the shared list has a test that names it', () => {
  const { attacks } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly attacks: readonly { readonly id: string; readonly area: string }[]
  }
  const ids = attacks.filter(({ area }) => area === 'oauth').map(({ id }) => id)
  expect(ids).toHaveLength(20)
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
  const tests = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')
  expect(ids.filter((id) => !tests.includes(`'${id}'`))).toEqual([])
})

test('every defence is known by an attack that succeeds without it', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.test.ts') && !name.startsWith('coverage'),
  )
  const tests = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  const taken = tests
    .flatMap((text) => [...text.matchAll(/without: \[([^\]]*)\]/g)].map(([, names = '']) => names))
    .join(' ')
  const columns = tests
    .flatMap((text) =>
      [...text.matchAll(/'redirect-refused',\s*\[([^\]]*)\]/g)].map(([, names = '']) => names),
    )
    .join(' ')
  expect(Object.keys(allDefences).filter((name) => !`${taken} ${columns}`.includes(`'${name}'`))).toEqual([])
})
