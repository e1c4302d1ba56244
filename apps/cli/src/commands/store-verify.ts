import { type SalvagedThread, type VerifiedThread, verifyStore } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { readContent } from '../keys/read-content.ts'
import { repairStore } from '../repair-store.ts'
import type { VerifyFlags } from '../routes/store-routes.ts'
import { saveStore } from '../save-store.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'
import { openStoreFile } from '../store-file.ts'
import { newFilePath, storePath, storePlace } from '../store-path.ts'
import { openExistingStore, openLockedExisting } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Holds every entry and artifact against its hash, and makes a new store of what is whole where that is asked for. */
export async function storeVerify(line: CommandLine, flags: VerifyFlags): Promise<ExitName> {
  const { out, notes } = line.terminal
  const path = storePath(line, flags)
  const found = await lookAnyhow(line, flags, path)
  if (found === 'whole') return (await opens(line, flags)) ? 'completed' : 'configuration'
  if (!flags.repair) {
    await notes.write('next: go back to a backup, or save what is whole with: keepup store verify --repair\n')
    return 'thread-unreadable'
  }
  if (isDatabaseAddress(path)) return save(line, flags, path)
  const repaired = await repairStore(path, line.host.clock.now())
  const lines = flags.json ? [JSON.stringify(repaired)] : repairedLines(path, repaired)
  await out.write(`${lines.join('\n')}\n`)
  return 'completed'
}

/** A server's tables are not replaced: what is whole goes into a file, from which a new database is made. */
async function save(line: CommandLine, flags: VerifyFlags, path: string): Promise<ExitName> {
  const { host, terminal } = line
  const saved = await saveStore(path, newFilePath(line, `keepup-saved-${host.clock.now()}.db`))
  const lines = flags.json
    ? [JSON.stringify(saved)]
    : [
        ...saved.threads.map(threadLine),
        `saved: ${saved.file}`,
        ...(saved.strays === undefined ? [] : [`whole entries after damage: ${saved.strays}`]),
      ]
  await terminal.out.write(`${lines.join('\n')}\n`)
  if (!flags.json) {
    const next = `${host.self.command} store copy postgres://.../NEW --store ${saved.file}`
    await terminal.notes.write(
      `the server was only read; next: make an empty database there, then: ${next}\n`,
    )
  }
  return 'completed'
}

/** Where SQLite cannot even begin, that is what is told. */
async function lookAnyhow(line: CommandLine, flags: VerifyFlags, path: string): Promise<'whole' | 'damaged'> {
  try {
    return await look(line, flags, path)
  } catch (error) {
    if (!KeepupError.is(error, 'database-corrupt')) throw error
    const told = flags.json ? JSON.stringify({ file: error.message }) : `file: ${error.message}`
    await line.terminal.out.write(`${told}\n`)
    return 'damaged'
  }
}

async function look(line: CommandLine, flags: VerifyFlags, path: string): Promise<'whole' | 'damaged'> {
  const { out } = line.terminal
  await using store = await openLockedExisting(path)
  const file = await damageOfFile(path)
  for (const text of file)
    await out.write(flags.json ? `${JSON.stringify({ file: text })}\n` : `file: ${text}\n`)
  let entries = 0
  let threads = 0
  let damaged = file.length > 0
  for await (const found of verifyStore(store)) {
    entries += found.entries
    threads += 1
    damaged ||= isDamaged(found)
    if (flags.json) await out.write(`${JSON.stringify(found)}\n`)
    else for (const text of damageLines(found)) await out.write(`${safeText(text)}\n`)
  }
  const state = damaged ? 'damaged' : 'whole'
  if (!flags.json)
    await out.write(`${state}: ${threads} threads with ${entries} good entries in ${store.path}\n`)
  return state
}

/** Whether the content of an encrypted store opens with the keys that were named. Without keys nothing can be said of it, and that is said. */
async function opens(line: CommandLine, flags: VerifyFlags): Promise<boolean> {
  const { out, notes } = line.terminal
  const place = storePlace(line, flags)
  if (place.keys === undefined) {
    await using locked = await openLockedExisting(place.path)
    if ((await locked.mark.read()) === undefined) return true
    await notes.write('note: the store is encrypted; whether its content opens is checked with --keys\n')
    return true
  }
  await using store = await openExistingStore(place)
  let total = 0
  for await (const { thread, opened, closed } of readContent(store)) {
    total += opened
    const text = `thread ${thread}: ${closed.length} contents do not open: ${closed.slice(0, 10).join(', ')}`
    if (flags.json) await out.write(`${JSON.stringify({ thread, opened, closed })}\n`)
    else if (closed.length > 0) await out.write(`${safeText(text)}\n`)
    if (closed.length > 0) total = Number.NaN
  }
  if (!flags.json && !Number.isNaN(total))
    await out.write(`readable: ${total} entries and artifacts open with these keys\n`)
  return !Number.isNaN(total)
}

/** What SQLite finds wrong with the file itself. */
async function damageOfFile(path: string): Promise<readonly string[]> {
  if (path.includes('://')) return []
  await using file = await openStoreFile(path, 'refuse')
  return await file.database.findDamage()
}

function isDamaged({ damage, artifacts }: VerifiedThread): boolean {
  return damage.length > 0 || artifacts.length > 0
}

function damageLines({ thread, damage, artifacts }: VerifiedThread): string[] {
  const first = damage[0]?.sequence
  const readable =
    first === undefined || first <= 1 ? [] : [`thread ${thread}: readable with --at ${first - 1}`]
  return [
    ...damage.map(({ sequence, why }) => `thread ${thread}: entry ${sequence}: ${why}`),
    ...readable,
    ...artifacts.map(({ hash, state }) => `thread ${thread}: artifact ${hash} is ${state}`),
  ]
}

function repairedLines(path: string, told: Awaited<ReturnType<typeof repairStore>>): string[] {
  return [
    ...told.threads.map(threadLine),
    `repaired: ${path}`,
    `the damaged store: ${told.damaged}`,
    ...(told.strays === undefined ? [] : [`whole entries after damage: ${told.strays}`]),
  ]
}

function threadLine({ thread, head, strays }: SalvagedThread): string {
  return safeText(
    `thread ${thread}: kept up to ${head}${strays === 0 ? '' : `, ${strays} entries set aside`}`,
  )
}
