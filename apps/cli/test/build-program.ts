import { join } from 'node:path'

import { rolldown } from 'rolldown'

import config from '../rolldown.config.ts'

let building: Promise<string> | undefined

/** Builds the program as it is published, once for a test file, and gives its main file. */
export function buildProgram(): Promise<string> {
  building ??= buildInto(join(import.meta.dirname, '../node_modules/.keepup-test', String(process.pid)))
  return building
}

async function buildInto(folder: string): Promise<string> {
  const { output, ...input } = config
  await using bundle = await rolldown({ ...input, cwd: join(import.meta.dirname, '..') })
  await bundle.write({ ...output, dir: folder })
  return join(folder, 'main.js')
}
