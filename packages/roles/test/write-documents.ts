// Writes what is made from the code: the JSON Schema of roles, and the tables of the README. Format the README afterwards.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

import { roleJsonSchema } from '../src/index.ts'
import { fieldTables, tablesBegin, tablesEnd } from './field-tables.ts'

const readme = new URL('../README.md', import.meta.url)
const text = readFileSync(readme, 'utf8')
const [before = ''] = text.split(tablesBegin)
const [, after = ''] = text.split(tablesEnd)
writeFileSync(readme, `${before}${tablesBegin}\n\n${fieldTables()}\n\n${tablesEnd}${after}`)
mkdirSync(new URL('../schema', import.meta.url), { recursive: true })
writeFileSync(
  new URL('../schema/role.schema.json', import.meta.url),
  `${JSON.stringify(roleJsonSchema(), undefined, 2)}\n`,
)
