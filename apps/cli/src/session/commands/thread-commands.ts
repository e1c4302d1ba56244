import { usageError } from '../../error-report.ts'
import { readAgent } from '../../read-agent.ts'
import { showMoney } from '../../settings/money.ts'
import { modes } from '../../settings/setting-table.ts'
import { settingTable } from '../../settings/setting-table.ts'
import { messageText } from '../../terminal/entry-line.ts'
import { groupedDigits } from '../../terminal/grouped-digits.ts'
import { openModels } from '../pickers/models.ts'
import type { SessionHandle } from '../session-handle.ts'
import { begunThread } from '../travel/begun-thread.ts'
import { emptyView } from '../view/session-view.ts'
import { exportThread } from './export-thread.ts'
import type { SlashCommand } from './slash-command.ts'
import { takeModel } from './take-model.ts'

/** Commands about the thread that is talked in, and what it is run with. */
export const threadCommands: readonly SlashCommand[] = [
  {
    name: 'model',
    brief: 'choose the model that answers from here on',
    takes: '[provider/name]',
    run: changeModel,
  },
  {
    name: 'mode',
    brief: 'how much the agent may do by itself (Shift-Tab: the next)',
    takes: '[mode]',
    values: modes,
    run: changeMode,
  },
  { name: 'todo', brief: 'the agent’s own list', run: showList },
  { name: 'cost', brief: 'what this thread has used', run: showCost },
  {
    name: 'continue',
    brief: 'go on where the thread stopped',
    run: ({ conversation }) => conversation.goOn(),
  },
  { name: 'copy', brief: 'the last answer to the clipboard', run: copyAnswer },
  {
    name: 'export',
    brief: 'write the conversation to a new file, as Markdown',
    takes: 'file',
    run: exportThread,
  },
  { name: 'clear', brief: 'begin a new thread on an empty screen', run: beginAnew },
  { name: 'quit', brief: 'leave; the thread can be gone on with', run: (session) => session.leave() },
]

async function changeModel(session: SessionHandle, words: string): Promise<void> {
  if (words === '') return openModels(session)
  await takeModel(session, words)
}

async function changeMode(session: SessionHandle, words: string): Promise<void> {
  const { conversation } = session
  const { settings } = conversation.place
  const mode = words === '' ? undefined : settingTable.mode.parse(words)
  if (words !== '' && mode === undefined)
    throw usageError(`"${words}" is no mode`, `write one of ${modes.join(', ')}`)
  if (mode !== undefined) await conversation.move({ settings: { ...settings, mode } })
  session.tell({
    type: 'note',
    tone: mode === undefined ? 'quiet' : 'good',
    text: `mode ${mode ?? settings.mode}`,
  })
}

function showList(session: SessionHandle): void {
  const { list } = session.view.progress
  if (list.length === 0) return session.tell({ type: 'note', tone: 'quiet', text: 'the agent has no list' })
  session.tell({ type: 'list', items: list, before: [] })
}

async function showCost(session: SessionHandle): Promise<void> {
  const { cost, usage, turns, unpriced } = await readAgent(
    session.store.checkpointer,
    await begunThread(session),
  )
  const facts = [
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    `${groupedDigits(usage.input)} tokens in, ${groupedDigits(usage.output)} out`,
    cost === 0 && unpriced ? 'no known price' : showMoney(cost),
    ...(cost > 0 && unpriced ? ['and some at no known price'] : []),
  ]
  session.tell({ type: 'note', tone: 'quiet', text: facts.join(' · ') })
}

/** The terminal itself puts it into the clipboard (OSC 52), also over ssh; not every one does. */
async function copyAnswer(session: SessionHandle): Promise<void> {
  const { messages } = await readAgent(session.store.checkpointer, await begunThread(session))
  const answer = [...messages].findLast(
    (message) => message.role === 'assistant' && messageText(message) !== '',
  )
  if (answer === undefined) throw usageError('there is no answer yet', 'say something first')
  const bytes = Buffer.from(messageText(answer)).toString('base64')
  const sent = session.send(`\u001B]52;c;${bytes}\u0007`)
  if (!sent) throw usageError('there is no terminal with a clipboard', 'write it to a file: /export FILE')
  session.tell({ type: 'note', tone: 'good', text: 'the last answer was handed to the terminal’s clipboard' })
}

async function beginAnew(session: SessionHandle): Promise<void> {
  await session.conversation.move({ thread: session.line.host.newName() })
  session.show(emptyView)
  session.clear()
}
