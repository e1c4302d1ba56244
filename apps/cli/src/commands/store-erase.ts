import { KeepupError, type Receipt, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { EraseFlags } from '../routes/store-routes.ts'
import { storePlace } from '../store-path.ts'
import { openExistingStore, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Destroys a thread or entries of it for good; the receipt says what there was. A name must be whole: nothing is erased by a guess. */
export async function storeErase(line: CommandLine, flags: EraseFlags, thread: string): Promise<ExitName> {
  await using store = await openExistingStore(storePlace(line, flags))
  await refuseHeld(store, thread)
  const receipt = await store.checkpointer.erase({
    thread,
    forks: flags.forks ? 'cascade' : 'refuse',
    ...(flags.entries === undefined ? {} : { entries: flags.entries }),
  })
  await line.terminal.out.write(flags.json ? `${JSON.stringify(receipt)}\n` : `${safeText(words(receipt))}\n`)
  return 'completed'
}

async function refuseHeld({ checkpointer }: Store, name: ThreadId): Promise<void> {
  for await (const { thread, owner } of checkpointer.threads()) {
    if (thread !== name || owner === undefined) continue
    const message = `Thread ${thread} is held by process ${owner.process} on ${owner.host}. End it with keepup signal ${thread} interrupt, then erase.`
    throw new KeepupError('lease-held', message, { details: { thread, owner } })
  }
}

function words({ threads, entries, signals, snapshots, hash }: Receipt): string {
  return [
    `erased: ${entries} entries, ${signals} signals and ${snapshots} snapshots of ${threads.join(', ')}`,
    `head before: ${hash}`,
    'not erased: what tools did outside the store, backups, exports, and snapshots of files',
  ].join('\n')
}
