import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import type { CommandLine } from './command-line.ts'
import { usageError } from './error-report.ts'
import { flagTexts } from './settings/flag-texts.ts'
import { resolveSettings } from './settings/resolve-settings.ts'

/** The file of the store that a command's flags, the environment and the settings here name. */
export function storePath({ host }: CommandLine, flags: object): string {
  const here = host.workingDirectory
  const from = { flags: flagTexts(flags), environment: host.environment, here, folder: here }
  return resolveSettings(from).settings.store
}

/** A file to be written, in full, that must not exist: a command that was typed twice replaces nothing. */
export function newFilePath({ host }: CommandLine, file: string): string {
  const path = resolve(host.workingDirectory, file)
  if (!existsSync(path)) return path
  throw usageError(`${path} exists already`, 'name another file, or move that one away')
}
