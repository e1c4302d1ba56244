import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { ChatState, PageItem, ToPage } from '../src/chat/chat-item.ts'
import type { Editor } from '../src/editor.ts'
import { type Context, startExtension } from '../src/start-extension.ts'

/** A list that the extension showed to choose from. */
export interface ShownPick {
  readonly labels: readonly string[]
  readonly placeholder: string
  readonly choose: (label: string) => void
  readonly hide: () => void
  isGone: boolean
}

/** The extension in an editor that a test drives. */
export interface FakeEditor {
  readonly folder: string
  readonly picks: ShownPick[]
  /** What the status bar says, and errors that were shown. */
  readonly shown: { status: string; readonly errors: string[]; readonly log: string[] }
  /** Commands of the editor itself that were run, with what they were given. */
  readonly ran: (readonly unknown[])[]
  readonly pageHtml: () => string
  run(command: string): Promise<unknown>
  /** Opens the chat: its page tells that it is there. */
  openPage(): FakePage
  /** Waits until it holds. */
  until(holds: () => boolean): Promise<void>
}

/** What the page of the chat was told. */
export interface FakePage {
  readonly items: () => readonly PageItem[]
  readonly state: () => ChatState | undefined
  say(message: unknown): void
}

/** What the settings say, and what is open. */
export interface FakeOptions {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly trusted?: boolean
  readonly folders?: boolean
  /** How the labels of quick picks are chosen. */
  readonly quick?: (labels: readonly string[]) => string | undefined
}

const agent = join(import.meta.dirname, 'fake-agent.mjs')

/** Starts the extension in an editor without windows. */
export function startFake({
  settings = {},
  trusted = true,
  folders = true,
  quick,
}: FakeOptions = {}): FakeEditor {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-vscode-')))
  const program = join(folder, 'keepup')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${agent}' "$@"\n`, { mode: 0o755 })
  const commands = new Map<string, (...given: readonly unknown[]) => unknown>()
  const shown: FakeEditor['shown'] = { status: '', errors: [], log: [] }
  const [picks, ran]: [ShownPick[], (readonly unknown[])[]] = [[], []]
  const none = { dispose: () => {} }
  let view: { resolveWebviewView(view: object): void } | undefined
  let wake = Promise.withResolvers<void>()
  const stir = (): void => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const uri = (parts: object): object => ({
    ...parts,
    with: (change: object) => uri({ ...parts, ...change }),
    toString: () => JSON.stringify(parts),
  })
  const status = {
    show: () => {},
    dispose: () => {},
    set text(text: string) {
      shown.status = text
      stir()
    },
  }
  const log = (text: string): void => {
    shown.log.push(text)
    stir()
  }
  // What the extension uses of the editor, and no more.
  const editor = {
    Uri: {
      file: (path: string) => uri({ scheme: 'file', path, fsPath: path }),
      parse: (text: string) => uri({ text }),
      joinPath: (base: { path: string }, ...more: string[]) => uri({ path: join(base.path, ...more) }),
    },
    StatusBarAlignment: { Left: 1 },
    env: {
      openExternal: async (address: { toString(): string }) => void ran.push(['open', address.toString()]),
    },
    workspace: {
      isTrusted: trusted,
      workspaceFolders: folders ? [{ uri: { scheme: 'file', fsPath: folder } }] : undefined,
      getConfiguration: () => ({
        get: (name: string) => ({ path: program, ...settings })[name],
      }),
      registerTextDocumentContentProvider: (_scheme: string, provider: object) => {
        ran.push(['provider', provider])
        return none
      },
    },
    commands: {
      registerCommand: (name: string, run: () => unknown) => (commands.set(name, run), none),
      executeCommand: async (...words: readonly unknown[]) => {
        ran.push(words)
        stir()
      },
    },
    window: {
      createOutputChannel: () => ({ info: log, show: () => {}, dispose: () => {} }),
      createStatusBarItem: () => status,
      registerWebviewViewProvider: (_id: string, provider: typeof view) => ((view = provider), none),
      showErrorMessage: async (text: string) => {
        shown.errors.push(text)
        stir()
      },
      showInformationMessage: async () => {},
      showQuickPick: async (items: readonly (string | { label: string })[]) => {
        const labels = items.map((item) => (typeof item === 'string' ? item : item.label))
        const chosen = quick === undefined ? labels[0] : quick(labels)
        return items[labels.indexOf(chosen ?? '')]
      },
      createQuickPick: () => quickPick(picks, stir),
    },
  }
  const context: Context = {
    subscriptions: [],
    // Only its path is used.
    extensionUri: { path: '/extension' } as unknown as Context['extensionUri'],
    extension: { packageJSON: { version: '0.1.0' } },
  }
  const extension = startExtension(editor as unknown as Editor, context, process.env)
  onTestFinished(async () => {
    await extension.stop()
    for (const one of context.subscriptions) void one.dispose()
    rmSync(folder, { recursive: true, force: true })
  })
  let html = ''
  return {
    folder,
    picks,
    shown,
    ran,
    pageHtml: () => html,
    run: async (command) => commands.get(`keepup.${command}`)?.(),
    async until(holds) {
      while (!holds()) await wake.promise
    },
    openPage() {
      const told: ToPage[] = []
      let hear: (message: unknown) => void = () => {}
      const webview = {
        cspSource: 'vscode-webview:',
        asWebviewUri: (place: object) => place,
        onDidReceiveMessage: (heard: typeof hear) => (hear = heard),
        postMessage: async (message: ToPage) => {
          told.push(structuredClone(message))
          stir()
        },
        set html(text: string) {
          html = text
        },
      }
      view?.resolveWebviewView({ webview, onDidDispose: () => none })
      hear({ type: 'ready' })
      return { items: () => itemsOf(told), state: () => stateOf(told), say: (message) => hear(message) }
    },
  }
}

function itemsOf(told: readonly ToPage[]): readonly PageItem[] {
  const items: PageItem[] = []
  for (const message of told) {
    if (message.type === 'reset') items.splice(0, items.length, ...message.items)
    if (message.type === 'item') items[message.item.id] = message.item
  }
  return items
}

function stateOf(told: readonly ToPage[]): ChatState | undefined {
  return told.flatMap((message) => (message.type === 'item' ? [] : [message.state])).at(-1)
}

function quickPick(picks: ShownPick[], stir: () => void): object {
  let [accepted, hidden] = [() => {}, () => {}]
  const pick = {
    title: '',
    placeholder: '',
    items: [] as readonly { readonly label: string }[],
    selectedItems: [] as readonly object[],
    onDidAccept: (run: () => void) => (accepted = run),
    onDidHide: (run: () => void) => (hidden = run),
    dispose: () => {
      shown.isGone = true
      stir()
    },
    show: () => {
      picks.push(shown)
      stir()
    },
  }
  const shown: ShownPick = {
    get labels() {
      return pick.items.map(({ label }) => label)
    },
    get placeholder() {
      return pick.placeholder
    },
    choose(label) {
      pick.selectedItems = pick.items.filter((item) => item.label.includes(label))
      accepted()
    },
    hide: () => hidden(),
    isGone: false,
  }
  return pick
}
