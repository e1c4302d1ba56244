import type { Message } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { readAgentOnly } from '../graph/read-agent-only.ts'
import type { ShowFlags } from '../routes/thread-routes.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { messageText, outcomeText } from '../terminal/entry-line.ts'
import { safeText } from '../terminal/safe-text.ts'
import { usageFacts } from '../terminal/status-line.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { hiddenMessages } from '../travel/hidden-messages.ts'

/** Prints the conversation of a thread and how it stands, now or as it was at a position; with `--all` what rewinds hid as well. */
export async function show(line: CommandLine, flags: ShowFlags, name: string): Promise<ExitName> {
  const { terminal } = line
  await using store = await openNamedStore(line, flags)
  const place = await findPlace(line, store, name, flags.at)
  const { thread, at } = place
  const state = await readAgentOnly(store, thread, at)
  const hidden = flags.all ? await hiddenMessages(store.checkpointer, place) : []
  if (flags.json) {
    const { status, run, usage, cost, turns, title, turn } = state
    const asked = flags.at === undefined ? {} : { at }
    const all = flags.all ? { hidden } : {}
    await terminal.out.write(
      `${JSON.stringify({ thread, ...asked, status, title, turns, usage, cost, run, open: turn, messages: [...state.messages], ...all })}\n`,
    )
    return 'completed'
  }
  const style = terminal.outStyle
  for (const { sequence, to, messages } of hidden) {
    await terminal.out.write(style.yellow(`hidden by the rewind ${sequence} to ${to}:\n\n`))
    for (const message of messages) await terminal.out.write(messageLines(message, style, terminal.width))
  }
  if (hidden.length > 0) await terminal.out.write(style.yellow('what the agent remembers:\n\n'))
  for (const message of state.messages) await terminal.out.write(messageLines(message, style, terminal.width))
  await terminal.out.write(`${standing(thread, state, style)}\n`)
  return 'completed'
}

function messageLines(message: Message, style: Style, width: number): string {
  switch (message.role) {
    case 'user':
      return `${style.cyan(style.bold('you'))}\n${safeText(messageText(message))}\n\n`
    case 'assistant': {
      const text = messageText(message)
      const calls = message.content.flatMap((part) =>
        part.type === 'tool-call'
          ? [
              `${style.dim(style.marks.note)} ${style.bold(safeText(part.name))} ${fit(safeText(callSummary(part.name, part.input)), width - part.name.length - 4, style.marks.more)}`,
            ]
          : [],
      )
      return `${style.green(style.bold('agent'))}\n${[...(text === '' ? [] : [safeText(text)]), ...calls].join('\n')}\n\n`
    }
    case 'tool':
      return message.content
        .map((part) => resultLines(safeText(part.name), contentText(part.content), part.error, style))
        .join('')
  }
}

function contentText(content: readonly { readonly type: string; readonly text?: string }[]): string {
  return content.map(({ text }) => text ?? '(a file)').join('\n')
}

/** The first lines of a result; the whole of it is in `--json`. */
function resultLines(tool: string, text: string, error: boolean, style: Style): string {
  const lines = safeText(text).trimEnd().split('\n')
  const shown = lines.slice(0, 12).map((line) => `  ${line}`)
  const rest = lines.length > 12 ? [`  ${style.marks.more} ${lines.length - 12} more lines`] : []
  const head = error ? style.red(`${style.marks.failed} ${tool}`) : style.dim(`${style.marks.done} ${tool}`)
  return `${head}\n${style.dim([...shown, ...rest].join('\n'))}\n\n`
}

function standing(thread: string, state: AgentState, style: Style): string {
  const outcome = state.run?.outcome
  return [
    style.bold(outcome === undefined ? state.status : safeText(outcomeText(outcome))),
    `${state.turns} ${state.turns === 1 ? 'turn' : 'turns'}`,
    ...usageFacts(state),
    `thread ${thread}`,
  ].join(` ${style.marks.separator} `)
}
