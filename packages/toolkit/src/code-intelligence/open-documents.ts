import { performance } from 'node:perf_hooks'

import type { Milliseconds } from '@keepup/core'

import type { Diagnosis } from './diagnostics-inbox.ts'
import { uriOf } from './file-uri.ts'
import type { ServerConnection } from './server-connection.ts'

/** A document as a server was told of it. */
export interface OpenDocument {
  readonly text: string
  readonly version: number
  /** When it was told, by `performance.now()`. */
  readonly since: Milliseconds
  /** What was found, and in which state of all documents. */
  diagnosis?: { readonly world: number; readonly found: Diagnosis }
}

/** The documents that a server has open, whose truth is here and not on the disk. */
export interface OpenDocuments {
  /** Opens a document, or changes it where it is another text. */
  show(path: string, text: string): void
  close(path: string): void
  get(path: string): OpenDocument | undefined
  paths(): readonly string[]
  /** Grows whenever anything changed that a diagnosis could depend on. */
  world(): number
  touch(): void
}

/** More are closed, those first that were shown least recently. */
const mostOpen = 40

export function openDocuments(
  connection: ServerConnection,
  languageOf: (path: string) => string,
): OpenDocuments {
  const open = new Map<string, OpenDocument>()
  let world = 0
  const close = (path: string): void => {
    if (!open.delete(path)) return
    world++
    connection.notify('textDocument/didClose', { textDocument: { uri: uriOf(path) } })
  }
  return {
    close,
    show(path, text) {
      const known = open.get(path)
      open.delete(path)
      if (known?.text === text) {
        open.set(path, known)
        return
      }
      world++
      const version = (known?.version ?? 0) + 1
      open.set(path, { text, version, since: performance.now() })
      const uri = uriOf(path)
      if (known === undefined) {
        const textDocument = { uri, languageId: languageOf(path), version, text }
        connection.notify('textDocument/didOpen', { textDocument })
      } else {
        const change = { textDocument: { uri, version }, contentChanges: [{ text }] }
        connection.notify('textDocument/didChange', change)
        connection.notify('textDocument/didSave', { textDocument: { uri }, text })
      }
      const [oldest] = open.keys()
      if (open.size > mostOpen && oldest !== undefined) close(oldest)
    },
    get: (path) => open.get(path),
    paths: () => [...open.keys()],
    world: () => world,
    touch: () => void world++,
  }
}
