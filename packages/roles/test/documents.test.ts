import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { formats, roleFileShape, roleJsonSchema } from '../src/index.ts'
import { fieldTables, tablesBegin, tablesEnd, unformatted } from './field-tables.ts'
import { wholeFiles } from './whole-files.ts'

// `node --conditions=@keepup/source packages/roles/test/write-documents.ts` writes both anew; then `pnpm format`.
test('the tables of the README are those of the code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const said = readme.split(tablesBegin)[1]?.split(tablesEnd)[0] ?? ''
  expect(unformatted(said)).toBe(unformatted(fieldTables()))
})

test('the published JSON Schema is that of the code, and says what the shape says', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../schema/role.schema.json', import.meta.url), 'utf8'),
  )
  expect(published).toEqual(roleJsonSchema())
  expect(published).toMatchObject({ type: 'object', additionalProperties: false, required: ['name'] })
  expect(roleFileShape.safeParse({ name: 'a' }).success).toBe(true)
  expect(roleFileShape.safeParse({ name: 'a/b' }).success).toBe(false)
})

test.each(
  formats.filter(({ tables }) => tables.length > 0).map(({ name, tables }) => [name, tables] as const),
)('every field of the tables of %s stands in a file that is tried', (name, tables) => {
  const texts = Object.entries(name === 'keepup' ? {} : wholeFiles[name])
    .flat()
    .join('\n')
  const fields = tables.flatMap((table) => table.fields.map(({ field }) => field))
  const words = fields.filter((field) => /^[\w-]+$/.test(field))
  expect(words.filter((field) => !new RegExp(`\\b${field}["']?:`).test(texts))).toEqual([])
})
