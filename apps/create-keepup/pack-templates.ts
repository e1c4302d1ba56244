// Puts the templates into what is published, with the versions that belong to them.
import { cpSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { templateVersions } from './src/template-versions.ts'
import { listTemplates, versionsFile } from './src/templates-folder.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const target = process.argv[2] ?? fileURLToPath(new URL('dist/templates/', import.meta.url))
for (const { name, folder } of listTemplates(examples)) {
  cpSync(folder, join(target, name), { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
}
writeFileSync(join(target, versionsFile), `${JSON.stringify(templateVersions(examples), undefined, 2)}\n`)
