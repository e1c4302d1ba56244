import type { NewSignal } from '@keepup/core'

import type { MailAddress } from './mail-address.ts'
import { noteMailbox } from './mail-directory.ts'
import type { MailParts } from './mail-parts.ts'
import { mailSignal } from './mail-signal.ts'
import type { MailReceipt, NewMail, SendOptions } from './mail.ts'
import { tryUntilRoom } from './try-until-room.ts'

/** Sends a message; waits for room where it may. */
export async function sendMail(
  parts: MailParts,
  known: Set<MailAddress>,
  mail: NewMail,
  { wait = 0, signal }: SendOptions = {},
): Promise<MailReceipt> {
  // The same id each time: one attempt may have been taken though nobody learned of it.
  const named = { ...mail, id: mail.id ?? parts.newId() }
  return tryUntilRoom(
    { clock: parts.clock, patience: wait, signal },
    async () => (await sendMany(parts, known, [named]))[0] ?? 'full',
    (receipt) => receipt !== 'full',
  )
}

/** Sends messages in one commit. */
export async function sendMany(
  parts: MailParts,
  known: Set<MailAddress>,
  mails: readonly NewMail[],
): Promise<readonly MailReceipt[]> {
  const now = parts.clock.now()
  const signals: NewSignal[] = mails.map((mail) => mailSignal({ ...mail, id: mail.id ?? parts.newId() }, now))
  for (const { to } of mails) {
    if (!known.has(to)) await noteMailbox(parts, to)
    known.add(to)
  }
  return parts.post(signals)
}
