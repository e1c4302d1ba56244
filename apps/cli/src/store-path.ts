import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import type { CommandLine } from './command-line.ts'
import { usageError } from './error-report.ts'
import { flagTexts } from './settings/flag-texts.ts'
import { resolveSettings } from './settings/resolve-settings.ts'
import { placeOf, type StorePlace } from './store.ts'

/** The file of the store, or its address, that a command's flags, the environment and the settings here name. */
export function storePath(line: CommandLine, flags: object): string {
  return storePlace(line, flags).path
}

/** The store that a command's flags, the environment and the settings here name, and what opens it. */
export function storePlace({ host }: CommandLine, flags: object): StorePlace {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  return placeOf(settings, environment)
}

/** A file to be written, in full, that must not exist: a command that was typed twice replaces nothing. */
export function newFilePath({ host }: CommandLine, file: string): string {
  const path = resolve(host.workingDirectory, file)
  if (!existsSync(path)) return path
  throw usageError(`${path} exists already`, 'name another file, or move that one away')
}
