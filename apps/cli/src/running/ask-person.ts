import { createInterface } from 'node:readline'

import type { ThreadId } from '@keepup/core'
import type { OpenCall } from '@keepup/loop'
import { answer } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { readAgent } from '../read-agent.ts'
import type { Store } from '../store.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { safeText } from '../terminal/safe-text.ts'
import { fit } from '../terminal/width.ts'

/**
 * Asks the person at the terminal about every call that waits, and sends the answers. Gives how many questions are left: those that they left
 * (Ctrl-C, end of input) stay open, for any process to answer.
 */
export async function askPerson(line: CommandLine, store: Store, thread: ThreadId): Promise<number> {
  const { turn } = await readAgent(store.checkpointer, thread)
  const calls = turn?.calls.filter(({ approval }) => approval !== undefined && approval.answer === undefined)
  using person = openPerson(line)
  let left = calls?.length ?? 0
  for (const call of calls ?? []) {
    const { id = '', digest = '', question = '' } = call.approval ?? {}
    const said = await person.ask(describe(line, call, question))
    if (said === undefined) return left
    const given = { approval: id, digest, ...said }
    await store.checkpointer.signal([answer(thread, given)], 'power')
    left -= 1
  }
  return left
}

function describe({ terminal }: CommandLine, { part }: OpenCall, asked: string): string {
  const { notesStyle: style, width } = terminal
  const about = fit(safeText(callSummary(part.name, part.input)), Math.max(20, width * 4), style.marks.more)
  return `${style.yellow('?')} ${style.bold(safeText(asked))}\n  ${style.bold(part.name)} ${about}\n`
}

interface Said {
  readonly allow: boolean
  readonly message?: string
}

interface Person extends Disposable {
  /** Asks until the answer is one; `undefined` where the person leaves. */
  ask(question: string): Promise<Said | undefined>
}

function openPerson({ host, terminal }: CommandLine): Person {
  const reader = createInterface({ input: host.stdin, output: host.stderr, terminal: true })
  reader.setPrompt(`  ${terminal.notesStyle.dim('[y]es  [n]o  or tell the agent what to do instead')} > `)
  let left = false
  reader.on('SIGINT', () => reader.close())
  reader.on('close', () => (left = true))
  const lines = reader[Symbol.asyncIterator]()
  return {
    async ask(question) {
      await terminal.notes.write(question)
      while (true) {
        // What was typed before somebody left still counts.
        if (!left) reader.prompt()
        const typed = await lines.next()
        if (typed.done === true) {
          await terminal.notes.write('\n')
          return undefined
        }
        const said = readAnswer(typed.value.trim())
        if (said !== undefined) return said
      }
    },
    [Symbol.dispose]: () => reader.close(),
  }
}

/** Words that are no answer by themselves are a no that says what to do instead. Nothing at all is no answer. */
function readAnswer(typed: string): Said | undefined {
  if (typed === '') return undefined
  if (/^(y|yes)$/i.test(typed)) return { allow: true }
  if (/^(n|no)$/i.test(typed)) return { allow: false }
  return { allow: false, message: typed }
}
