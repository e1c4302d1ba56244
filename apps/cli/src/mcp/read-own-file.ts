import { existsSync, readFileSync } from 'node:fs'

import { withoutComments } from '../settings/without-comments.ts'

/** The fields of a person's own file of servers; none where there is no file. It was read before, so it is JSON. */
export function readJson(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {}
  const value: unknown = JSON.parse(withoutComments(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
