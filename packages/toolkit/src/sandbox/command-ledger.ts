import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { NewId } from '@keepup/core'

import { linuxProcess } from '../linux-processes.ts'

/** A command that was begun and whose traces were not looked at yet. */
export interface BegunCommand {
  /** In milliseconds. */
  readonly since: number
  /** The folders that it may write. */
  readonly writable: readonly string[]
  readonly placeholders: readonly string[]
  /** The program that looks after it. */
  readonly owner: { readonly pid: number; readonly started: string }
}

/** A command in the ledger. */
export interface LedgerEntry {
  readonly name: string
  /** Strikes it out. */
  strike(): void
}

/** Commands that were begun, on disk: whoever comes after a crash finds what the dead left to be looked at. */
export interface CommandLedger {
  enter(command: BegunCommand): LedgerEntry
  /** The placeholders that commands of living programs rely on, but for those of one entry. */
  standing(but?: LedgerEntry): ReadonlySet<string>
  /** Takes over commands on these folders whose programs died: each is answered once. */
  takeDead(writable: readonly string[]): readonly BegunCommand[]
}

/** Opens the ledger in a folder, which is made. */
export function openLedger(folder: string, newId: NewId): CommandLedger {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    enter(command) {
      const name = `${newId()}.json`
      writeFileSync(join(folder, name), JSON.stringify(command), { mode: 0o600 })
      return { name, strike: () => rmSync(join(folder, name), { force: true }) }
    },
    standing(but) {
      const others = namesIn(folder).filter((name) => name !== but?.name)
      const alive = others.flatMap((name) => readCommand(join(folder, name))).filter(isAlive)
      return new Set(alive.flatMap(({ placeholders }) => placeholders))
    },
    takeDead: (writable) =>
      namesIn(folder).flatMap((name) => {
        const dead = readCommand(join(folder, name)).filter(
          (command) => !isAlive(command) && command.writable.some((one) => writable.includes(one)),
        )
        if (dead.length > 0) rmSync(join(folder, name), { force: true })
        return dead
      }),
  }
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json'))
}

/** Who looks after the commands of this process. */
export function thisOwner(): BegunCommand['owner'] {
  return { pid: process.pid, started: linuxProcess(process.pid)?.started ?? '' }
}

function isAlive({ owner }: BegunCommand): boolean {
  return linuxProcess(owner.pid)?.started === owner.started
}

/** None where it is not, or no longer, a record of ours. */
function readCommand(path: string): readonly BegunCommand[] {
  try {
    const { since, writable, placeholders, owner } = JSON.parse(
      readFileSync(path, 'utf8'),
    ) as Partial<BegunCommand> // looked at below
    if (typeof since !== 'number' || !Array.isArray(writable) || !Array.isArray(placeholders)) return []
    return owner === undefined ? [] : [{ since, writable, placeholders, owner }]
  } catch {
    return []
  }
}
