import { type Retained, type Retention, retainThreads } from '@keepup/checkpoint'
import { agentFold } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { PruneFlags } from '../routes/store-routes.ts'
import { withoutPassword } from '../settings/database-address.ts'
import { storePlace } from '../store-path.ts'
import { openStoreIfAny, type Store, type StorePlace } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { namedThreads } from './store-copy.ts'

/** Prunes agents' threads to what is to be kept, and takes what went out of the file. */
export async function storePrune(line: CommandLine, flags: PruneFlags): Promise<ExitName> {
  const { dryRun, json } = flags
  const retention = retentionOf(flags)
  await using store = await openToPrune(storePlace(line, flags))
  const threads = await namedThreads(store, flags)
  const retained = retainThreads({
    checkpointer: store.checkpointer,
    fold: agentFold,
    retention,
    dryRun,
    clock: line.host.clock,
    ...(threads === undefined ? {} : { threads }),
  })
  for await (const each of retained) {
    await line.terminal.out.write(`${json ? JSON.stringify(record(each)) : safeText(words(each, dryRun))}\n`)
  }
  if (dryRun) return 'completed'
  await store.shred?.()
  if (store.shred === undefined && !json) {
    await line.terminal.notes.write(
      'note: the server keeps what went out until it vacuums its tables, and in its log and backups\n',
    )
  }
  return 'completed'
}

function retentionOf({ keep, olderThan, ignoreTags }: PruneFlags): Retention {
  if (keep === undefined && olderThan === undefined) {
    throw usageError('nothing says what is to be kept', 'add --keep NUMBER, --older-than TIME, or both')
  }
  return {
    ...(keep === undefined ? {} : { checkpoints: keep }),
    ...(olderThan === undefined ? {} : { age: olderThan }),
    tags: ignoreTags ? 'ignore' : 'keep',
  }
}

function record({ refused, ...told }: Retained) {
  return { ...told, ...(refused === undefined ? {} : { refused: refused.code }) }
}

/** The states that take the place of the past are read, and written as everything else is. */
async function openToPrune(place: StorePlace): Promise<Store> {
  const store = await openStoreIfAny(place)
  if (store !== undefined) return store
  throw usageError(`there is no store ${withoutPassword(place.path)}`, 'name another one with --store')
}

function words({ thread, through, entries, refused }: Retained, dryRun: boolean): string {
  if (refused !== undefined) return `${thread}: left alone: ${refused.message}`
  if (through === undefined) return `${thread}: nothing to prune`
  return dryRun
    ? `${thread}: would be pruned through ${through}`
    : `${thread}: pruned through ${through}, ${entries} entries`
}
