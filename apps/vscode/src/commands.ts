import { KeepupError } from '@keepup/core'

import type { ChatSession } from './chat/chat-session.ts'
import type { CurrentChat } from './chat/current-chat.ts'
import type { SessionDesk } from './chat/session-desk.ts'
import type { Editor } from './editor.ts'
import type { Dashboard } from './native/dashboard.ts'
import type { ProposedContent } from './native/proposed-content.ts'
import type { Program } from './program/program.ts'
import { runProgram } from './program/run-program.ts'

/** What the commands work on. */
export interface CommandParts {
  readonly chat: CurrentChat
  readonly desk: SessionDesk
  readonly proposed: ProposedContent
  readonly dashboard: Dashboard
  readonly program: () => Program
  readonly folder: () => string
  readonly note: (text: string) => void
}

type Command = (...given: readonly unknown[]) => Promise<unknown>

/** The commands of the extension, by name. Each fails with a message for the person. */
export function commandsOf(editor: Editor, parts: CommandParts): Readonly<Record<string, Command>> {
  const { chat, desk, proposed, dashboard, program, folder, note } = parts
  const { window } = editor
  return {
    async newSession() {
      await chat.begin()
      await editor.commands.executeCommand('keepup.chat.focus')
    },
    async openSession() {
      const sessions = await desk.list()
      const items = sessions.map(({ id, title, changed }) => ({ label: title, description: changed, id }))
      const chosen = await window.showQuickPick(items, { placeHolder: 'Which session?' })
      if (chosen !== undefined) await chat.open(chosen.id)
    },
    async forkSession() {
      const { id } = idle(chat)
      await chat.open(await desk.fork(id))
      void window.showInformationMessage('Forked: the session before stays as it is.')
    },
    rewindSession: () => rewind(editor, parts),
    cancel: () => chat.cancel(),
    async showChanges() {
      const changes = chat.items.flatMap((item) => (item.type === 'call' ? item.changes : []))
      if (changes.length === 0) throw new KeepupError('input-invalid', 'Nothing was changed in this session.')
      const items = changes.map((change, place) => ({
        label: change.path,
        description: `${place + 1}`,
        change,
      }))
      const chosen = await window.showQuickPick(items.toReversed(), { placeHolder: 'Changes of which call?' })
      if (chosen !== undefined) await proposed.show(chosen.change)
    },
    chooseModel: () => choose(editor, chat),
    openDashboard: () => dashboard.open({ program: program(), folder: folder(), note }),
    closeDashboard: () => dashboard.close(),
  }
}

/** The session that is shown. Fails `input-invalid` where there is none, nothing was said, or it is at work. */
function idle(chat: CurrentChat): ChatSession {
  const { session } = chat
  if (session === undefined || session.transcript.prompts().length === 0)
    throw new KeepupError('input-invalid', 'No session is open in which something was said. Open one first.')
  if (session.state.isBusy)
    throw new KeepupError('input-invalid', 'The agent is at work. Cancel it first, or wait for its end.')
  return session
}

/** Goes back to before something that the person said, with the files where they want it. */
async function rewind({ window }: Editor, { chat, program, folder, note }: CommandParts): Promise<void> {
  const session = idle(chat)
  const items = session.transcript
    .prompts()
    .map((text, place) => ({ label: text.slice(0, 120), description: `message ${place + 1}`, place }))
  const chosen = await window.showQuickPick(items.toReversed(), { placeHolder: 'Go back to before what?' })
  if (chosen === undefined) return
  const [alone, both] = ['The conversation', 'The conversation and the files']
  const what = await window.showQuickPick([alone, both], { placeHolder: 'What is to go back?' })
  if (what === undefined) return
  const files = what === both ? ['--files', '--cwd', folder()] : []
  const words = ['rewind', ...storeFlags(program().flags), '--to', `message:${chosen.place + 1}`, ...files]
  await runProgram(program(), [...words, '--', session.id], { folder: folder(), note })
  await chat.open(session.id)
}

/** Of the flags of a run those that say where its thread is. */
function storeFlags(flags: readonly string[]): readonly string[] {
  return flags.flatMap((flag, place) => {
    if (/^--(store|keys|key-ring)=/.test(flag)) return [flag]
    return /^--(store|keys|key-ring)$/.test(flag) ? flags.slice(place, place + 2) : []
  })
}

async function choose({ window }: Editor, chat: CurrentChat): Promise<void> {
  const session = chat.session ?? (await chat.begin())
  const items = session.options.flatMap((option) =>
    option.type === 'select'
      ? option.options.flatMap((one) =>
          'value' in one
            ? [{ label: `${option.name}: ${one.name}`, option: option.id, value: one.value }]
            : [],
        )
      : [],
  )
  const chosen = await window.showQuickPick(items, { placeHolder: 'For the next prompt' })
  if (chosen !== undefined) await session.choose(chosen.option, chosen.value)
}
