import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readPrompt } from '../read-prompt.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openMail } from './open-mail.ts'

/** The flags of `keepup mail send`. */
export interface MailSendFlags extends StoreFlags {
  readonly id?: string
  readonly body: boolean
  readonly from?: string
}

/** Sends a message to a mailbox: a text, or any JSON. */
export async function mailSend(
  line: CommandLine,
  flags: MailSendFlags,
  to = '',
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const text = await readPrompt(host, words, (warning) => void terminal.notes.write(`${warning}\n`))
  const body = flags.body ? parseJson(text) : text
  const id = flags.id ?? crypto.randomUUID()
  const from = flags.from === undefined ? {} : { from: flags.from }
  await using opened = await openMail(line, flags)
  const receipt = await opened.mail.send({ to, id, body, ...from })
  if (receipt === 'full') {
    throw usageError(`the mailbox ${to} is full`, 'let whoever serves it handle some, then send it again')
  }
  const said = { to, id, receipt }
  await terminal.out.write(flags.json ? `${JSON.stringify(said)}\n` : `${id} to ${to}: ${receipt}\n`)
  return 'completed'
}

function parseJson(text: string): unknown {
  try {
    // Whoever handles it says what it takes.
    return JSON.parse(text) as unknown
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read'
    throw usageError(`the message is no JSON (${why})`, 'leave out --body to send it as text')
  }
}
