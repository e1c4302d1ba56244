import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { JsonValue } from '@keepup/core'
import type { HubStore } from '@keepup/mcp'

/** Keeps what servers offered, each in a file of its own. All of it can be lost: a file that cannot be read is none. */
export function fileHubStore(folder: string): HubStore {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`)
  return {
    async get(key) {
      try {
        return JSON.parse(readFileSync(fileOf(key), 'utf8')) as JsonValue // JSON.parse gives nothing else
      } catch {
        return undefined
      }
    },
    // At once, as the program may end in the middle of anything that waits, and would leave half of a file.
    async set(key, value) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const beside = `${fileOf(key)}.${randomUUID()}`
      try {
        writeFileSync(beside, JSON.stringify(value), { mode: 0o600, flag: 'wx' })
        renameSync(beside, fileOf(key))
      } finally {
        rmSync(beside, { force: true })
      }
    },
    async delete(key) {
      rmSync(fileOf(key), { force: true })
    },
  }
}
