import type { DeadLetter } from '@keepup/a2a'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import { openMailIfAny } from './open-mail.ts'

/** Shows the messages that a mailbox gave up. */
export async function mailDead(line: CommandLine, flags: StoreFlags, address: string): Promise<ExitName> {
  const { host, terminal } = line
  await using opened = await openMailIfAny(line, flags)
  const dead = (await opened?.mail.read(address))?.dead ?? []
  for (const letter of dead) {
    const text = flags.json ? JSON.stringify(letter) : letterText(letter, terminal.outStyle, terminal.width)
    await terminal.out.write(`${text}\n`)
  }
  if (flags.json) return 'completed'
  const next = `${host.self.command} mail redrive ${address}`
  await terminal.notes.write(
    dead.length === 0 ? `no dead messages in ${address}\n` : `next: ${next} ID, or ${next} --all\n`,
  )
  return 'completed'
}

function letterText(letter: DeadLetter, style: Style, width: number): string {
  const { id, from = 'a person or the program', attempts, died, error, body } = letter
  const cut = (text: string): string => fit(safeLine(text), Math.max(40, width) - 2, style.marks.more)
  const about = `from ${from}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${new Date(died).toISOString()}`
  const rows = [
    `${style.bold(safeLine(id))} ${style.dim(cut(about))}`,
    `  ${style.yellow(cut(error))}`,
    `  ${cut(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''))}`,
  ]
  return rows.join('\n')
}
