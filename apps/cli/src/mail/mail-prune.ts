import { type PrunedMailbox, pruneMailboxes } from '@keepup/a2a'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openStoreIfAny } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { storePlaceOf } from './open-mail.ts'

/** The flags of `keepup mail prune`. */
export interface MailPruneFlags extends StoreFlags {
  /** In milliseconds. */
  readonly olderThan: number
  readonly dryRun: boolean
}

/** Prunes mailboxes, those named or all, of what was handled long ago, and takes it out of the file. */
export async function mailPrune(
  line: CommandLine,
  flags: MailPruneFlags,
  ...addresses: readonly string[]
): Promise<ExitName> {
  const { olderThan, dryRun, json } = flags
  const { host, terminal } = line
  await using store = await openStoreIfAny(storePlaceOf(line, flags))
  if (store === undefined) return 'completed'
  const pruning = { checkpointer: store.checkpointer, olderThan, dryRun, clock: host.clock }
  const pruned = pruneMailboxes(addresses.length === 0 ? pruning : { ...pruning, addresses })
  let gone = 0
  for await (const one of pruned) {
    gone += one.entries
    await terminal.out.write(`${json ? JSON.stringify(record(one)) : safeText(words(one, dryRun))}\n`)
  }
  if (!dryRun && gone > 0) await store.shred?.()
  return 'completed'
}

function record({ refused, ...told }: PrunedMailbox) {
  return { ...told, ...(refused === undefined ? {} : { refused: refused.code }) }
}

function words({ address, entries, asked, refused }: PrunedMailbox, dryRun: boolean): string {
  if (refused !== undefined) return `${address}: left alone: ${refused.message}`
  if (asked) return `${address}: pruned by who serves it, between two messages`
  if (entries === 0) return `${address}: nothing to prune`
  return `${address}: ${entries} entries ${dryRun ? 'would go' : 'are gone'}`
}
