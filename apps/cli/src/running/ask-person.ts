import { type AnswerForm, KeepupError, type ThreadId } from '@keepup/core'
import { type FoundApproval, openApprovals } from '@keepup/loop'

import { answerWords } from '../answer-words.ts'
import type { CommandLine } from '../command-line.ts'
import { sendAnswer } from '../send-answer.ts'
import type { Store } from '../store.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { openLineReader, type Reading } from '../terminal/line-reader.ts'
import { optionLines } from '../terminal/option-lines.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'

/**
 * Asks the person at the terminal about every call that waits, and sends the answers. Gives how many questions are left: those that they left
 * (Ctrl-C, end of input) stay open, for any process to answer. What they allow for good is kept for the project in `folder`.
 */
export async function askPerson(
  line: CommandLine,
  store: Store,
  { threads, folder }: { readonly threads: readonly ThreadId[]; readonly folder: string },
): Promise<number> {
  const questions: FoundApproval[] = []
  for (const thread of threads) {
    for await (const found of openApprovals(store.checkpointer, thread)) questions.push(found)
  }
  using person = openLineReader(line)
  let left = questions.length
  for (const found of questions) {
    const said = await person.ask(describe(line, found), readingOf(found))
    if (said === undefined) return left
    const { always, ...verdict } = said
    await tellOfFailure(line, async () => {
      await sendAnswer(store, found, verdict)
      if (always === true) await keep(line, folder, found)
    })
    left -= 1
  }
  return left
}

/** An answer that came too late, or cannot be kept for good, is told; the next question is asked all the same. */
async function tellOfFailure({ terminal }: CommandLine, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!KeepupError.is(error, 'input-invalid') && !KeepupError.is(error, 'configuration-invalid'))
      throw error
    await terminal.notes.write(safeText(`note: ${error.message}\n`))
  }
}

/** Exactly this is not asked about again in this project. */
async function keep({ host }: CommandLine, folder: string, found: FoundApproval): Promise<void> {
  const { keepApproval } = await import('../permissions/keep-approval.ts')
  await keepApproval(found.workspace ?? folder, found, host.environment)
}

/** How much of a call is shown to who decides about it, in columns: its end counts as much as its beginning. */
const mostAsked = 4_000

function describe({ terminal }: CommandLine, { part, approval, wants }: FoundApproval): string {
  const { notesStyle: style } = terminal
  if (wants !== undefined) return describeQuestion(approval.question, wants, style)
  const whole = safeLine(callSummary(part.name, part.input))
  const about = fit(whole, mostAsked, style.marks.more)
  const rest = whole.length > about.length && about.endsWith(style.marks.more)
  const hidden = rest ? `  ${style.yellow('Not all of it is shown: see keepup approvals list --json')}\n` : ''
  const asked = style.bold(safeText(approval.question))
  return `${style.yellow('?')} ${asked}\n  ${style.bold(safeText(part.name))} ${about}\n${hidden}`
}

/** A question of the agent, in as many lines as it takes, with its options. */
function describeQuestion(question: string, wants: AnswerForm, style: Style): string {
  // Further lines are set in, so that none of them looks like keepup's own.
  const asked = style.bold(safeText(question).trim().replaceAll('\n', '\n  '))
  return `${[`${style.yellow('?')} ${asked}`, ...optionLines(wants, style)].join('\n')}\n`
}

interface Said {
  readonly allow: boolean
  readonly always?: true
  readonly message?: string
}

const leave: Reading<Said> = {
  hint: '[y]es  [a]lways exactly this  [n]o  or say what to do instead',
  read: readAnswer,
}

function readingOf({ wants }: FoundApproval): Reading<Said> {
  if (wants === undefined) return leave
  const { options = [], multiple = false } = wants
  const numbers = multiple ? 'numbers' : 'a number'
  return {
    hint: options.length === 0 ? 'your answer' : `${numbers}, or other words`,
    read: (typed) => (typed === '' ? undefined : { allow: true, message: answerWords(typed, wants) }),
  }
}

/** Words that are no answer by themselves are a no that says what to do instead. Nothing at all is no answer. */
function readAnswer(typed: string): Said | undefined {
  if (typed === '') return undefined
  if (/^(y|yes)$/i.test(typed)) return { allow: true }
  if (/^(a|always)$/i.test(typed)) return { allow: true, always: true }
  if (/^(n|no)$/i.test(typed)) return { allow: false }
  return { allow: false, message: typed }
}
