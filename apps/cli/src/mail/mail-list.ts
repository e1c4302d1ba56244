import type { ListedMailbox } from '@keepup/a2a'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { type Column, tableLines } from '../terminal/table-lines.ts'
import { openMailIfAny } from './open-mail.ts'

const columns: readonly Column[] = [
  { title: 'mailbox', align: 'left' },
  { title: 'waiting', align: 'right' },
  { title: 'open', align: 'right' },
  { title: 'dead', align: 'right' },
  { title: 'handled', align: 'right' },
  { title: 'served by', align: 'left' },
]

/** Lists the mailboxes of the store. */
export async function mailList(line: CommandLine, flags: StoreFlags): Promise<ExitName> {
  const { host, terminal } = line
  await using opened = await openMailIfAny(line, flags)
  const listed = (await opened?.mail.list()) ?? []
  if (flags.json) {
    for (const mailbox of listed) await terminal.out.write(`${JSON.stringify(mailbox)}\n`)
    return 'completed'
  }
  if (listed.length === 0) {
    await terminal.notes.write(`no mailboxes yet\nnext: ${host.self.command} mail send ADDRESS "..."\n`)
    return 'completed'
  }
  const { outStyle: style, width } = terminal
  const rows = listed.map((mailbox) => ({
    cells: cellsOf(mailbox),
    ...(mailbox.dead > 0 ? { paint: style.yellow } : {}),
  }))
  for (const text of tableLines(columns, rows, { style, width })) await terminal.out.write(`${text}\n`)
  return 'completed'
}

function cellsOf({ address, waiting, open, dead, handled, owner }: ListedMailbox): readonly string[] {
  const holder = owner === undefined ? '' : `process ${owner.process} on ${owner.host}`
  return [address, `${waiting}`, `${open}`, `${dead}`, `${handled}`, holder]
}
