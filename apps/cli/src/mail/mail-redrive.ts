import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openMailIfAny } from './open-mail.ts'

/** The flags of `keepup mail redrive`. */
export interface MailRedriveFlags extends StoreFlags {
  readonly all: boolean
  readonly discard: boolean
}

/** Has dead messages handled again by whoever serves the mailbox, or will; or forgets them. */
export async function mailRedrive(
  line: CommandLine,
  flags: MailRedriveFlags,
  address = '',
  ...ids: readonly string[]
): Promise<ExitName> {
  if (flags.all === ids.length > 0) {
    throw usageError('which messages?', `name ids, or all of them: keepup mail redrive --all ${address}`)
  }
  await using opened = await openMailIfAny(line, flags)
  const dead = (await opened?.mail.read(address))?.dead ?? []
  const meant = meantOf(
    address,
    ids,
    dead.map(({ id }) => id),
  )
  await (flags.discard ? opened?.mail.discard(address, meant) : opened?.mail.redrive(address, meant))
  const fate = flags.discard ? 'to be discarded' : 'to be handled again'
  const said = { address, ids: meant, fate }
  const count = `${meant.length} ${meant.length === 1 ? 'message' : 'messages'}`
  await line.terminal.out.write(flags.json ? `${JSON.stringify(said)}\n` : `${address}: ${count} ${fate}\n`)
  return 'completed'
}

/** Those that were named, or all. Fails `input-invalid` where there is none, or one is not dead. */
function meantOf(address: string, ids: readonly string[], dead: readonly string[]): readonly string[] {
  const unknown = ids.filter((id) => !dead.includes(id))
  if (dead.length > 0 && unknown.length === 0) return ids.length > 0 ? ids : dead
  const which = unknown.length > 0 ? unknown.join(', ') : 'at all'
  throw usageError(`${address} has no dead message ${which}`, `see them with: keepup mail dead ${address}`)
}
