import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'

import { usageError } from './error-report.ts'
import type { Host } from './host.ts'

/** The folder that the agent works in: absolute, existing. Fails `input-invalid`. */
export function workingFolder(host: Host, named: string | undefined): string {
  const folder = resolve(host.workingDirectory, named ?? '.')
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined)
    throw usageError(`the folder ${folder} does not exist`, 'make it, or name another one with --cwd')
  if (!stat.isDirectory()) throw usageError(`${folder} is not a folder`, 'name a folder with --cwd')
  return folder
}

/** Whether files can be made in a folder. */
export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
