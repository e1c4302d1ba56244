import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

import { type FormatName, type LoadedRoles, loadRoles } from '../src/index.ts'

/** A folder with these files, removed once the test has finished. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-roles-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What is found in a project with these files. */
export function load(
  files: Readonly<Record<string, string>>,
  ...formats: readonly FormatName[]
): LoadedRoles {
  const folder = project(files)
  return loadRoles({ folder, scope: 'project', ...(formats.length === 0 ? {} : { formats }) })
}

/** What is not followed, by the names of the fields. */
export function left({ unmapped }: LoadedRoles): readonly string[] {
  return unmapped.map(({ key }) => key)
}

/** Each problem as `LINE POINTER: PROBLEM`. */
export function problems(loaded: LoadedRoles): readonly string[] {
  return loaded.problems.map(({ line, pointer, problem }) => `${line} ${pointer}: ${problem}`)
}
