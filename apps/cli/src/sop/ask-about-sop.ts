import type { ThreadId } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { askPerson } from '../running/ask-person.ts'
import { sendAnswer } from '../send-answer.ts'
import type { Store } from '../store.ts'
import { openLineReader, type Reading } from '../terminal/line-reader.ts'
import { safeText } from '../terminal/safe-text.ts'
import { openSopApprovals } from './find-sop.ts'

interface Said {
  readonly allow: boolean
  readonly message?: string
}

const leave: Reading<Said> = {
  hint: '[y]es  [n]o  or say why not',
  read: (typed) => {
    if (typed === '') return undefined
    if (/^(?:y|yes)$/i.test(typed)) return { allow: true }
    return /^(?:n|no)$/i.test(typed) ? { allow: false } : { allow: false, message: typed }
  },
}

const words: Reading<Said> = {
  hint: 'your answer',
  read: (typed) => (typed === '' ? undefined : { allow: true, message: typed }),
}

/** Asks the person at the terminal what a procedure asks, and what its agents ask. Gives how many questions are left: those stay open, for any process to answer. */
export async function askAboutSop(
  line: CommandLine,
  store: Store,
  {
    thread,
    threads,
    folder,
  }: { readonly thread: ThreadId; readonly threads: readonly ThreadId[]; readonly folder: string },
): Promise<number> {
  const left = await askOwn(line, store, thread)
  return left === 0 && threads.length > 0 ? askPerson(line, store, { threads, folder }) : left
}

async function askOwn(line: CommandLine, store: Store, thread: ThreadId): Promise<number> {
  const questions: FoundApproval[] = []
  for await (const found of openSopApprovals(store, thread)) questions.push(found)
  using person = openLineReader(line)
  let left = questions.length
  const { notesStyle: style } = line.terminal
  for (const found of questions) {
    const asked = `${style.yellow('?')} ${style.bold(safeText(found.approval.question).replaceAll('\n', '\n  '))}\n`
    const said = await person.ask(asked, found.wants === undefined ? leave : words)
    if (said === undefined) return left
    await sendAnswer(store, found, said)
    left -= 1
  }
  return left
}
