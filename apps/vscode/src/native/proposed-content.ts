import { basename } from 'node:path'

import type { Disposable, TextDocumentContentProvider, Uri } from 'vscode'

import type { ChatChange } from '../chat/chat-item.ts'
import type { Editor } from '../editor.ts'
import { wholeChange } from './whole-change.ts'

/** The scheme of documents that exist only to be compared. */
const proposedScheme = 'keepup-proposed'

/** How many changes are kept for their documents; the oldest are forgotten. */
const most = 40

/** Shows what a call proposes or did, beside what was there, in the editor's own view of differences. */
export class ProposedContent implements TextDocumentContentProvider {
  readonly #editor: Editor
  readonly #texts = new Map<string, string>()
  #count = 0

  constructor(editor: Editor) {
    this.#editor = editor
  }

  /** Makes the editor ask here for these documents. */
  register(): Disposable {
    return this.#editor.workspace.registerTextDocumentContentProvider(proposedScheme, this)
  }

  /** Called by the editor. */
  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.query) ?? 'This proposal is no longer kept. Show it again from the chat.'
  }

  /** Opens the view of differences. */
  async show(change: ChatChange): Promise<void> {
    const { path, before = '', after } = await wholeChange(change)
    this.#count += 1
    const left = this.#keep(path, `${this.#count}-before`, before)
    const right = this.#keep(path, `${this.#count}-after`, after)
    await this.#editor.commands.executeCommand('vscode.diff', left, right, `${basename(path)} (keepup)`, {
      preview: true,
    })
  }

  #keep(path: string, key: string, text: string): Uri {
    this.#texts.set(key, text)
    for (const old of [...this.#texts.keys()].slice(0, -2 * most)) this.#texts.delete(old)
    return this.#editor.Uri.file(path).with({ scheme: proposedScheme, query: key })
  }
}
