import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer, Owner } from '@keepup/core'
import { openPostgres } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'

import type { MailboxesHarness, MailboxStore } from '../src/conformance/index.ts'
import { createMailboxes, type Mailboxes } from '../src/index.ts'

/** A store that a test closes. */
export interface Opened {
  readonly checkpointer: Checkpointer
  close(): Promise<void>
}

/** What a store is opened with. */
export interface Opening {
  readonly capacity: number
  readonly isOwnerDead: (owner: Owner) => boolean
}

/** A store whose processes are mailboxes of this one: each life names its holders, and the dead are known by name. */
function harnessOver(open: (opening: Opening) => Promise<Opened>): MailboxesHarness {
  return {
    create: async ({ capacity }): Promise<MailboxStore> => {
      const dead = new Set<number>()
      let life = 0
      const isOwnerDead = ({ instance }: Owner): boolean => dead.has(Number(instance.split('-')[0]))
      const store = await open({ capacity, isOwnerDead })
      const { checkpointer } = store
      const opened: Mailboxes[] = []
      function start(): Mailboxes {
        const own = ++life
        const mail = createMailboxes({
          checkpointer,
          newId: () => `${own}-${randomBytes(8).toString('hex')}`,
        })
        opened.push(mail)
        return mail
      }
      return {
        mailboxes: start(),
        another: start,
        afterCrash: () => {
          for (let each = 1; each <= life; each += 1) dead.add(each)
          return start()
        },
        dispose: async () => {
          // Handlers that never return would hold up who waits for them.
          for (const mail of opened) void mail[Symbol.asyncDispose]()
          await store.close()
        },
      }
    },
  }
}

/** A store in this process. */
export async function openMemory(opening: Opening): Promise<Opened> {
  const checkpointer = memoryCheckpointer(opening)
  return { checkpointer, close: async () => checkpointer[Symbol.asyncDispose]() }
}

/** A store in a file. */
export async function openFile(opening: Opening): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-mail-'))
  const database = await openSqlite(join(folder, 'store.db'))
  const checkpointer = sqliteCheckpointer(database, opening)
  return {
    checkpointer,
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A store on a server. */
export function openServer(url: string): (opening: Opening) => Promise<Opened> {
  return async (opening) => {
    const schema = `mail_${randomBytes(8).toString('hex')}`
    const database = await openPostgres(url, { schema, connections: 4 })
    const checkpointer = await postgresCheckpointer(database, opening)
    return {
      checkpointer,
      close: async () => {
        await checkpointer[Symbol.asyncDispose]()
        await database.write('process', (session) => session.exec(`DROP SCHEMA ${schema} CASCADE`))
        await database.close()
      },
    }
  }
}

/** Mailboxes in this process. */
export const inMemory: MailboxesHarness = harnessOver(openMemory)

/** Mailboxes in a file. */
export const onSqlite: MailboxesHarness = harnessOver(openFile)

/** Mailboxes on a server. */
export function onPostgres(url: string): MailboxesHarness {
  return harnessOver(openServer(url))
}
