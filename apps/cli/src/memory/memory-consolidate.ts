import type { AgentEntryData, Entry } from '@keepup/core'
import { findProcedures, proposeProcedures } from '@keepup/memory'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { chooseModel } from '../model/choose-model.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** The flags of `keepup memory consolidate`. */
export interface MemoryConsolidateFlags extends MemoryFlags {
  readonly dryRun: boolean
  readonly again: boolean
  readonly model?: string
}

/** @limit How many of a project's latest threads are looked through for what was done again and again. */
const mostThreads = 200

/** Derives items from what was said since the last time, and proposes what runs in the folder did again and again; with a model, what that proposes waits for a person as well. */
export async function memoryConsolidate(line: CommandLine, flags: MemoryConsolidateFlags): Promise<ExitName> {
  const { host, terminal } = line
  await using opened = await openMemory(line, flags)
  const scope = scopeOf(flags, host.workingDirectory)
  const { dryRun, again } = flags
  const proposer = await proposerOf(line, flags.model)
  const done = await opened.memory.consolidate(scope, { dryRun, again, ...proposer })
  const isOwn = scope.project === host.workingDirectory
  const histories = !isOwn || opened.store === undefined ? [] : await historiesIn(opened.store, scope.project)
  const procedures = findProcedures(histories)
  const proposed = dryRun ? [] : await proposeProcedures(opened.memory, scope, procedures)
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify({ ...done, procedures: proposed })}\n`)
    return 'completed'
  }
  const { looked, changes, passes, refused } = done
  const made = dryRun ? ', none of them made' : ''
  const refusals = refused === 0 ? '' : `; ${refused} proposals quoted what nobody said`
  await terminal.out.write(
    `looked at ${looked} turns in ${passes} passes: ${changes.length} changes${made}${refusals}\n`,
  )
  if (proposed.length > 0)
    await terminal.out.write(`${proposed.length} procedures wait for you: keepup memory review\n`)
  if (looked === 0 && proposer !== undefined && !again)
    await terminal.notes.write('nothing new was said; --again lets the model look at all of it\n')
  return 'completed'
}

async function proposerOf({ host, terminal }: CommandLine, named: string | undefined) {
  if (named === undefined) return undefined
  const { modelProposer } = await import('@keepup/memory/proposer')
  const warn = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  return { proposer: modelProposer(await chooseModel(named, host, warn)) }
}

/** The entries of the threads whose runs worked in a folder. */
async function historiesIn({ checkpointer }: Store, folder: string): Promise<readonly (readonly Entry[])[]> {
  const histories: (readonly Entry[])[] = []
  for await (const { thread } of checkpointer.threads()) {
    if (thread.startsWith('memory:')) continue
    const { entries } = await checkpointer.read(thread)
    if (entries.some((entry) => worksIn(entry, folder))) histories.push(entries)
    if (histories.length >= mostThreads) break
  }
  return histories
}

function worksIn({ type, data, erased }: Entry, folder: string): boolean {
  if (type !== 'run-started' || erased === true) return false
  // The type of an entry says what its data is.
  return (data as AgentEntryData['run-started']).settings.workspace === folder
}
