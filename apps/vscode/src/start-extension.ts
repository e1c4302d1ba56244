import type { Disposable, ExtensionContext } from 'vscode'

import type { FromPage } from './chat/chat-item.ts'
import { ChatView } from './chat/chat-view.ts'
import { CurrentChat } from './chat/current-chat.ts'
import { SessionDesk } from './chat/session-desk.ts'
import { commandsOf } from './commands.ts'
import type { Editor } from './editor.ts'
import { askPermission } from './native/ask-permission.ts'
import { Dashboard } from './native/dashboard.ts'
import { ProposedContent } from './native/proposed-content.ts'
import { registerGuests } from './native/register-guests.ts'
import { StatusBar } from './native/status-bar.ts'
import { openFolder } from './open-folder.ts'
import { programOf } from './program/program.ts'

/** What the extension needs of its context. */
export type Context = Pick<ExtensionContext, 'subscriptions' | 'extensionUri'> & {
  readonly extension: { readonly packageJSON: unknown }
}

/** A running extension. */
export interface Extension {
  /** Ends what it started. Sessions are threads: nothing of them is lost. */
  stop(): Promise<void>
}

/** Puts the parts together and registers them. Nothing is started before somebody asks for it. */
export function startExtension(
  editor: Editor,
  context: Context,
  environment: Readonly<Record<string, string | undefined>>,
): Extension {
  const log = editor.window.createOutputChannel('keepup', { log: true })
  const note = (text: string): void => log.info(text)
  const proposed = new ProposedContent(editor)
  const status = new StatusBar(editor)
  const dashboard = new Dashboard(editor)
  const program = () => programOf(editor, environment)
  const folder = () => openFolder(editor)
  const desk = new SessionDesk({
    program,
    folder,
    version: versionOf(context.extension.packageJSON),
    note,
    ask: (request, signal) =>
      askPermission(editor, request, { signal, showChange: (change) => proposed.show(change) }),
  })
  const chat: CurrentChat = new CurrentChat(desk, {
    reset: () => view.reset(),
    item: (item) => view.item(item),
    state: (state) => {
      view.state(state)
      status.show(state)
    },
  })
  const heard = (message: FromPage) => hearPage(editor, { chat, proposed }, message)
  const view: ChatView = new ChatView(editor, context.extensionUri, {
    items: () => chat.items,
    state: () => chat.state,
    heard: (message) => void guarded(editor, note, () => heard(message)),
  })
  const commands = commandsOf(editor, { chat, desk, proposed, dashboard, program, folder, note })
  const registered: readonly Disposable[] = [
    log,
    status,
    view,
    proposed.register(),
    editor.window.registerWebviewViewProvider('keepup.chat', view),
    editor.commands.registerCommand('keepup.showLog', () => log.show()),
    ...Object.entries(commands).map(([name, run]) =>
      editor.commands.registerCommand(`keepup.${name}`, (...given: readonly unknown[]) =>
        guarded(editor, note, () => run(...given)),
      ),
    ),
    ...registerGuests(editor, { desk, program, note }),
  ]
  context.subscriptions.push(...registered)
  return {
    async stop() {
      await Promise.all([desk.stop(), dashboard.close()])
    },
  }
}

async function hearPage(
  editor: Editor,
  { chat, proposed }: { readonly chat: CurrentChat; readonly proposed: ProposedContent },
  message: FromPage,
): Promise<void> {
  if (message.type === 'prompt') await chat.prompt(message.text)
  if (message.type === 'cancel') await chat.cancel()
  if (message.type === 'diff') {
    const change = chat.session?.transcript.change(message.item, message.change)
    if (change !== undefined) await proposed.show(change)
  }
  // The editor itself asks before it opens an address that the person does not trust.
  if (message.type === 'link' && /^https?:\/\//i.test(message.address))
    await editor.env.openExternal(editor.Uri.parse(message.address))
}

/** What fails is shown to the person, and is in the log. */
async function guarded(
  editor: Pick<Editor, 'window'>,
  note: (text: string) => void,
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await run()
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    note(text)
    void editor.window.showErrorMessage(text)
    return undefined
  }
}

function versionOf(manifest: unknown): string {
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return known && typeof manifest.version === 'string' ? manifest.version : '0.0.0'
}
