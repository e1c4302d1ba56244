import { type Retained, retainThreads } from '@keepup/checkpoint'
import { agentFold } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { PruneFlags } from '../routes/store-routes.ts'
import { openStoreFile } from '../store-file.ts'
import { storePath } from '../store-path.ts'
import { safeText } from '../terminal/safe-text.ts'
import { namedThreads } from './store-copy.ts'

/** Prunes agents' threads to what is to be kept, and takes what went out of the file. */
export async function storePrune(line: CommandLine, flags: PruneFlags): Promise<ExitName> {
  const { keep, olderThan, ignoreTags, dryRun } = flags
  if (keep === undefined && olderThan === undefined) {
    throw usageError('nothing says what is to be kept', 'add --keep NUMBER, --older-than TIME, or both')
  }
  await using store = await openStoreFile(storePath(line, flags), 'refuse')
  const threads = await namedThreads(store, flags)
  const retained = retainThreads({
    checkpointer: store.checkpointer,
    fold: agentFold,
    retention: {
      ...(keep === undefined ? {} : { checkpoints: keep }),
      ...(olderThan === undefined ? {} : { age: olderThan }),
      tags: ignoreTags ? 'ignore' : 'keep',
    },
    dryRun,
    clock: line.host.clock,
    ...(threads === undefined ? {} : { threads }),
  })
  for await (const each of retained) {
    const { refused, ...told } = each
    const text = flags.json
      ? JSON.stringify({ ...told, ...(refused === undefined ? {} : { refused: refused.code }) })
      : safeText(words(each, dryRun))
    await line.terminal.out.write(`${text}\n`)
  }
  if (!dryRun) await store.database.shred()
  return 'completed'
}

function words({ thread, through, entries, refused }: Retained, dryRun: boolean): string {
  if (refused !== undefined) return `${thread}: left alone: ${refused.message}`
  if (through === undefined) return `${thread}: nothing to prune`
  return dryRun
    ? `${thread}: would be pruned through ${through}`
    : `${thread}: pruned through ${through}, ${entries} entries`
}
