import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

import { invalidSetting } from './invalid-setting.ts'

/** More than this is nothing that a person wrote, in bytes. */
const most = 4_000_000

/**
 * The text of a file that was found, not named: settings, rules, hooks. A project may come from a stranger, so it is never waited for: a pipe or a
 * device there, like a file of more than 4 MB, fails `configuration-invalid`. Other errors are those of the file system.
 */
export function readPlainFile(path: string): string {
  // Without this flag the opening itself waits for whoever writes to a pipe.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const found = fstatSync(file)
    if (!found.isFile()) throw invalidSetting(path, 'is no plain file', 'put a text file there, or remove it')
    if (found.size > most)
      throw invalidSetting(path, `is larger than ${most / 1_000_000} MB`, 'shorten it, or move it away')
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}
