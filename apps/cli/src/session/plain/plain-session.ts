import { createInterface } from 'node:readline'

import type { AgentEvent } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import type { ExitName } from '../../exit-code.ts'
import { answerServers } from '../../mcp/answer-servers.ts'
import type { FinishedCallView } from '../../terminal/outcome-line.ts'
import { attachFiles } from '../attach-files.ts'
import { runOwnCommand } from '../commands/run-own-command.ts'
import { runSlashCommand } from '../commands/slash-commands.ts'
import { type Conversation, openConversation } from '../conversation.ts'
import { failureText } from '../failure-text.ts'
import { firstSteps } from '../first-start.ts'
import { isNoModel } from '../is-no-model.ts'
import { type Paint, paintOf } from '../markdown/paint.ts'
import { picked } from '../picked.ts'
import { fittingItems, type Picker } from '../pickers/picker.ts'
import { questionLines, questionOf } from '../pickers/question.ts'
import type { SessionHandle } from '../session-handle.ts'
import type { SessionOrder } from '../session-order.ts'
import type { PickerKind } from '../session-state.ts'
import { goTo } from '../travel/go-to.ts'
import type { Block } from '../view/block.ts'
import { reduce } from '../view/reduce.ts'
import { renderBlock } from '../view/render-block.ts'
import { emptyView, type SessionEvent, type SessionView } from '../view/session-view.ts'
import { plainAnswer } from './plain-answer.ts'

/** What a plain session knows between two lines. */
interface Plain {
  view: SessionView
  last: Block['type'] | undefined
  questions: readonly FoundApproval[]
  picking: { readonly kind: PickerKind; readonly picker: Picker } | undefined
  left: boolean
}

/** A session of lines: each line that is typed is a prompt, a command or an answer; each thing that happens is printed once, and nothing is redrawn. Ends with the input. */
export async function plainSession(order: SessionOrder): Promise<ExitName> {
  const { line, store, flags } = order
  const { host, terminal } = line
  const paint = paintOf(terminal.outStyle)
  const plain: Plain = { view: emptyView, last: undefined, questions: [], picking: undefined, left: false }
  const print = printer(order, plain, paint)
  const output = { pause: () => Promise.resolve(), warn: (text: string) => Promise.resolve(print.note(text)) }
  await using conversation = openConversation(
    {
      line,
      store,
      flags,
      answers: answerServers(line, { attended: false, output }),
      listener: print.listener,
    },
    order.place,
  )
  const session = handleOf(order, plain, conversation, paint, print)
  if (order.resumed) await tellOfFailure(session, () => goTo(session, order.place.thread))
  const reader = createInterface({ input: host.stdin, terminal: false })
  // Somebody may answer elsewhere.
  const timer = setInterval(() => void (plain.questions.length > 0 && conversation.look()), 1_000)
  const stopped = host.onStop((signal) => {
    if (!conversation.running || signal !== 'SIGINT') reader.close()
    conversation.interrupt(signal === 'SIGINT' ? 'Ctrl-C' : `the system asked it to end (${signal})`)
  })
  try {
    print.note(`keepup, thread ${conversation.place.thread}; /help shows commands`)
    for await (const typed of reader) {
      await tellOfFailure(session, () => take(session, plain, typed))
      // What is piped in is said one after the other; a person may speak in between.
      if (host.inputKind !== 'terminal') await conversation.idle()
      if (plain.left) break
    }
    await conversation.idle()
  } finally {
    clearInterval(timer)
    stopped()
    reader.close()
  }
  return plain.questions.length > 0 ? 'waiting' : 'completed'
}

/** A line is the answer to what was asked last, a choice, a command, or something that is said. */
async function take(session: SessionHandle, plain: Plain, typed: string): Promise<void> {
  const { conversation } = session
  const [question] = plain.questions
  const { picking } = plain
  plain.picking = undefined
  if (typed.startsWith('/')) return runSlashCommand(session, typed)
  if (typed.startsWith('!')) return runOwnCommand(session, typed)
  if (picking !== undefined) {
    const item = fittingItems(picking.picker)[Number(typed.trim()) - 1]
    return item === undefined ? undefined : picked(session, picking.kind, item.value)
  }
  if (question !== undefined) {
    const said = plainAnswer(typed, question.wants)
    return said === undefined ? undefined : conversation.answer(question, said)
  }
  if (typed.trim() !== '') await conversation.say(attachFiles(typed.trim(), conversation.place.folder))
}

async function tellOfFailure(session: SessionHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    session.tell({ type: 'note', tone: 'error', text: failureText(error) })
    if (isNoModel(error)) session.tell({ type: 'answer', text: await firstSteps(session.line.host) })
  }
}

function printer({ line }: SessionOrder, plain: Plain, paint: Paint) {
  const { terminal } = line
  const flush = (): void => {
    for (const block of plain.view.blocks) {
      const lines = renderBlock(block, plain.last, paint, terminal.width)
      plain.last = block.type
      void terminal.out.write(lines.map((text) => `${text}\n`).join(''))
    }
    plain.view = reduce(plain.view, { type: 'printed' })
  }
  const add = (event: AgentEvent | SessionEvent): void => {
    plain.view = reduce(plain.view, event)
    flush()
  }
  const tell = (block: Block): void => add({ type: 'told', block })
  const note = (text: string): void => tell({ type: 'note', tone: 'quiet', text })
  return {
    tell,
    note,
    listener: {
      began: () => add({ type: 'begun', time: line.host.clock.now() }),
      happened: add,
      stood: () => add({ type: 'stood' }),
      queued: (words: { readonly id: string; readonly text: string }) => add({ type: 'queued', words }),
      opened: () => undefined,
      ran: (call: FinishedCallView) => tell({ type: 'call', call }),
      noted: note,
      failed: (error: unknown) => tell({ type: 'note', tone: 'error', text: failureText(error) }),
      asked: (questions: readonly FoundApproval[]) => {
        const known = plain.questions[0]?.approval.id
        plain.questions = questions
        const [first] = questions
        if (first === undefined || first.approval.id === known) return
        const place = { present: '', more: questions.length - 1, since: line.host.clock.now() }
        tell({ type: 'lines', lines: questionLines(questionOf(first, place), paint, terminal.width, true) })
      },
    },
  }
}

function handleOf(
  { line, store, flags }: SessionOrder,
  plain: Plain,
  conversation: Conversation,
  paint: Paint,
  { tell, note }: ReturnType<typeof printer>,
): SessionHandle {
  return {
    line,
    store,
    flags,
    conversation,
    paint,
    width: line.terminal.width,
    get view() {
      return plain.view
    },
    tell,
    show: (view) => (plain.view = { ...view, blocks: plain.view.blocks }),
    pick(kind, picker) {
      plain.picking = { kind, picker }
      const rows = picker.items.map(({ label, detail }, index) => `${index + 1}) ${label}  ${detail}`)
      tell({ type: 'note', tone: 'quiet', text: [`${picker.title}: type a number`, ...rows].join('\n') })
    },
    write: (text) => note(`it was: ${text}`),
    send: () => false,
    clear: () => undefined,
    leave: () => (plain.left = true),
  }
}
