import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { type JsonValue, KeepupError } from '@keepup/core'

import type { PinStore } from './pin-store.ts'

/** Pins in a folder of a person's own, a file for each server, made with the first. Files that others may write are refused with `configuration-invalid`. */
export function filePins(folder: string): PinStore {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`)
  return {
    read: (key) => readPin(folder, fileOf(key)),
    async write(key, value, { fresh }) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = fileOf(key)
      const beside = `${file}.${randomUUID()}`
      try {
        await writeDurably(beside, `${JSON.stringify(value, undefined, 2)}\n`)
        if (fresh) return await linked(beside, file)
        await rename(beside, file)
        return true
      } catch (error) {
        throw unusable(file, 'cannot be written', error)
      } finally {
        await rm(beside, { force: true })
      }
    },
  }
}

async function readPin(folder: string, file: string): Promise<JsonValue | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    for (const path of [folder, file]) {
      if (process.platform !== 'win32' && ((await stat(path)).mode & 0o022) !== 0)
        throw new Error(`${path} may be written by others`)
    }
    return JSON.parse(text) as JsonValue // JSON.parse gives nothing else
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw unusable(file, 'cannot be used', error)
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A whole file appears at once, or another was there. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function unusable(file: string, what: string, cause: unknown): KeepupError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const text = `The pins of an MCP server in ${file} ${what} (${why}). Mend the file, or remove it and look at the server's tools anew.`
  return new KeepupError('configuration-invalid', text, { cause })
}
