import { join } from 'node:path'

import { build } from 'tsup'

let building: Promise<string> | undefined

/** Builds the program as it is published, once for a test file, and gives its main file. */
export function buildProgram(): Promise<string> {
  building ??= buildInto(join(import.meta.dirname, '../node_modules/.keepup-test', String(process.pid)))
  return building
}

async function buildInto(folder: string): Promise<string> {
  const root = join(import.meta.dirname, '..')
  await build({
    config: join(root, 'tsup.config.ts'),
    entry: [join(root, 'src/main.ts')],
    outDir: folder,
    silent: true,
  })
  return join(folder, 'main.js')
}
