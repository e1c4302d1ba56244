import type { Disposable } from 'vscode'

import type { ChatSession } from '../chat/chat-session.ts'
import type { SessionDesk } from '../chat/session-desk.ts'
import type { Editor } from '../editor.ts'
import { openFolder } from '../open-folder.ts'
import type { Program } from '../program/program.ts'
import { serversOf } from './offer-servers.ts'
import { answerParticipant } from './participant.ts'

/** What the guests are made with. */
export interface GuestParts {
  readonly desk: SessionDesk
  readonly program: () => Program
  readonly note: (text: string) => void
}

/** Registers what stands in parts that not every editor has: its own chat and its own MCP servers. Where they are missing, nothing is registered. */
export function registerGuests(editor: Editor, { desk, program, note }: GuestParts): readonly Disposable[] {
  // Editors that are built from the same sources may lack what the types promise.
  const { chat, lm } = editor as Partial<Pick<Editor, 'chat' | 'lm'>>
  let session: Promise<ChatSession> | undefined
  const quiet = { item: () => {}, state: () => {} }
  const found = async (isFirst: boolean): Promise<ChatSession> => {
    const known = await session?.catch(() => undefined)
    if (known === undefined || isFirst || !desk.isLive(known)) session = desk.begin(quiet)
    return session ?? desk.begin(quiet)
  }
  const attempt = (register: () => Disposable | undefined): readonly Disposable[] => {
    try {
      const registered = register()
      return registered === undefined ? [] : [registered]
    } catch (error) {
      note(`This editor lacks a part: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  }
  return [
    ...attempt(() =>
      chat?.createChatParticipant?.('keepup.agent', async (request, { history }, response, token) =>
        answerParticipant(await found(history.length === 0), request, response, token),
      ),
    ),
    ...attempt(() =>
      lm?.registerMcpServerDefinitionProvider?.('keepup.servers', {
        provideMcpServerDefinitions: () => [...serversOf(editor, program(), folderOrNone(editor))],
      }),
    ),
  ]
}

function folderOrNone(editor: Pick<Editor, 'workspace'>): string | undefined {
  try {
    return openFolder(editor)
  } catch {
    return undefined
  }
}
