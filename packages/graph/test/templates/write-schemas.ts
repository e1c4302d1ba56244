/** Writes the published JSON Schemas: `node --conditions=@keepup/source test/templates/write-schemas.ts && oxfmt schema`. */
import { mkdirSync, writeFileSync } from 'node:fs'

import { agentJsonSchema, templateJsonSchema } from '../../src/templates/index.ts'

const folder = new URL('../../schema/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('template.schema.json', folder), `${JSON.stringify(templateJsonSchema(), null, 2)}\n`)
writeFileSync(new URL('agent.schema.json', folder), `${JSON.stringify(agentJsonSchema(), null, 2)}\n`)
