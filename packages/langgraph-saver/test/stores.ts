import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { KeepupSaver, type KeepupSaverOptions } from '../src/index.ts'

/** A saver on a file of its own. */
export interface OpenSaver {
  readonly saver: KeepupSaver
  readonly path: string
  /** Another saver on the same file, through a connection of its own. */
  second(): Promise<OpenSaver>
  close(): Promise<void>
}

/** Opens a saver on a new file, which goes away when it is closed. */
export async function newSaver(options: KeepupSaverOptions = {}): Promise<OpenSaver> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-langgraph-'))
  const opened = await openSaver(join(folder, 'store.db'), options)
  return {
    ...opened,
    close: async () => {
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Opens a saver on what a file holds. */
export async function openSaver(path: string, options: KeepupSaverOptions = {}): Promise<OpenSaver> {
  const database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database)
  const saver = new KeepupSaver(checkpointer, options)
  return {
    saver,
    path,
    second: () => openSaver(path, options),
    close: async () => {
      await saver[Symbol.asyncDispose]()
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}
