import type { MailAddress } from './mail-address.ts'
import { headOf, type SharedParts, appendShared } from './shared-thread.ts'

/** Every mailbox that anybody sent to: a signal alone shows in no list of threads. */
const directory = 'mail-directory'

/** Notes that there is such a mailbox. Noting it again changes nothing. */
export async function noteMailbox(parts: SharedParts, address: MailAddress): Promise<void> {
  const entry = {
    type: 'mail/noted',
    version: 1,
    critical: false,
    time: parts.clock.now(),
    by: 'runtime',
    id: address,
    data: { address },
  } as const
  await appendShared(parts, directory, entry, 'process')
}

/** The addresses of all mailboxes that were noted, sorted. */
export async function notedMailboxes({ checkpointer }: SharedParts): Promise<readonly MailAddress[]> {
  if ((await headOf(checkpointer, directory)) === 0) return []
  const { entries } = await checkpointer.read(directory)
  const found = entries.flatMap(({ type, data }) =>
    // Only `noteMailbox` writes this type; an erased entry has no data.
    type === 'mail/noted' && data !== undefined ? [(data as { readonly address: MailAddress }).address] : [],
  )
  return [...new Set(found)].toSorted()
}
