import type { Uri, Webview, WebviewView } from 'vscode'

import type { Editor } from '../editor.ts'
import type { ChatItem, ChatState, FromPage, ToPage } from './chat-item.ts'
import { pageHtml } from './page-html.ts'
import { pageItem } from './page-item.ts'
import { readFromPage } from './read-from-page.ts'

/** What the view shows, and tells. */
export interface ChatDesk {
  readonly items: () => readonly ChatItem[]
  readonly state: () => ChatState
  readonly heard: (message: FromPage) => void
}

/** How long changes of an item are gathered before the page is told, in milliseconds: words come faster than anybody reads. */
const gathering = 40

/** The chat in the side bar. It may be closed and opened at any time: each page is told everything anew. */
export class ChatView {
  readonly #editor: Editor
  readonly #root: Uri
  readonly #desk: ChatDesk
  readonly #changed = new Map<number, ChatItem>()
  #page: Webview | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(editor: Editor, root: Uri, desk: ChatDesk) {
    this.#editor = editor
    this.#root = root
    this.#desk = desk
  }

  /** Called by the editor, each time that the view is shown anew. */
  resolveWebviewView(view: WebviewView): void {
    const { webview } = view
    const { Uri: uri } = this.#editor
    const [dist, media] = [uri.joinPath(this.#root, 'dist'), uri.joinPath(this.#root, 'media')]
    webview.options = { enableScripts: true, localResourceRoots: [dist, media] }
    webview.onDidReceiveMessage((message: unknown) => this.#heard(webview, message))
    view.onDidDispose(() => {
      if (this.#page === webview) this.#page = undefined
    })
    const at = (folder: Uri, name: string): string =>
      webview.asWebviewUri(uri.joinPath(folder, name)).toString()
    webview.html = pageHtml({
      source: webview.cspSource,
      script: at(dist, 'page.js'),
      style: at(media, 'page.css'),
    })
  }

  /** Shows another session, or the same one anew. */
  reset(): void {
    this.#changed.clear()
    this.#tell({ type: 'reset', items: this.#desk.items().map(pageItem), state: this.#desk.state() })
  }

  /** An item is new or changed. */
  item(item: ChatItem): void {
    this.#changed.set(item.id, item)
    this.#timer ??= setTimeout(() => this.#flush(), gathering)
  }

  state(state: ChatState): void {
    this.#flush()
    this.#tell({ type: 'state', state })
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#page = undefined
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const items = [...this.#changed.values()].toSorted((a, b) => a.id - b.id)
    this.#changed.clear()
    for (const item of items) this.#tell({ type: 'item', item: pageItem(item) })
  }

  #heard(webview: Webview, message: unknown): void {
    const read = readFromPage(message)
    if (read?.type === 'ready') {
      this.#page = webview
      this.reset()
    } else if (read !== undefined) this.#desk.heard(read)
  }

  #tell(message: ToPage): void {
    void this.#page?.postMessage(message)
  }
}
