import { performance } from 'node:perf_hooks'

import { KeepupError, type Milliseconds } from '@keepup/core'

import type { LeashedProcess } from '../leashed-process.ts'
import { createDiagnosticsInbox, type Diagnosis, type DiagnosticsInbox } from './diagnostics-inbox.ts'
import { uriOf } from './file-uri.ts'
import { initialization } from './initialization.ts'
import type { ServerLaunch } from './language-server.ts'
import { type OpenDocument, openDocuments, type OpenDocuments } from './open-documents.ts'
import { readDiagnostics, recordOf } from './read-answer.ts'
import { connectServer, type RequestOptions, type ServerConnection } from './server-connection.ts'
import { listenerOf } from './server-listener.ts'

/** How long an answer is waited for. */
export interface Patience {
  /** When to give up, by `performance.now()`. */
  readonly until: Milliseconds
  readonly signal?: AbortSignal
}

/** A server that answered `initialize`. */
export interface ServerSession {
  readonly documents: OpenDocuments
  /** Whether the server said that it can: `renameProvider`, ... */
  can(capability: string): boolean
  /** Whether it gives diagnostics on demand, so that they are about this very moment. */
  pulls(): boolean
  request(method: string, parameters: unknown, patience: Patience): Promise<unknown>
  /** The diagnostics of an open document: pulled where the server can, else the ones it publishes once it has settled. */
  diagnose(path: string, patience: Patience): Promise<Diagnosis>
  /** Tells of files that changed on the disk and are not open. */
  filesChanged(
    changes: readonly { readonly path: string; readonly type: 'created' | 'changed' | 'deleted' }[],
  ): void
  readonly ended: Promise<string>
  /** Asks the server to end, and ends it where it does not. Never rejects. */
  close(): Promise<void>
}

/** What a session is made of. */
export interface SessionOptions {
  readonly process: LeashedProcess
  readonly launch: ServerLaunch
  readonly folder: string
  readonly languageOf: (path: string) => string
  /** For `initialize`. */
  readonly timeout: Milliseconds
  /** How long after the last publication diagnostics count as all. */
  readonly settle: Milliseconds
  /** Aborted when the server is not wanted any more. */
  readonly signal: AbortSignal
}

/** How long a server may take to end politely. */
const closing: Milliseconds = 1_000
/** Once it has said that it may be ended. */
const leaving: Milliseconds = 200
/** How long it waits before it asks again where a server put it off. */
const retrying: Milliseconds = 50
const fileChangeTypes = { created: 1, changed: 2, deleted: 3 }

/** Introduces itself to a server. The server is ended where that fails. */
export async function openSession(options: SessionOptions): Promise<ServerSession> {
  const { process: server, folder, launch, timeout, signal } = options
  const inbox = createDiagnosticsInbox()
  const pulling = new AbortController()
  const register = (method: string): void => {
    if (method === 'textDocument/diagnostic') pulling.abort()
  }
  const connection = connectServer(server, listenerOf({ inbox, register, folder, launch }))
  try {
    const answer = await connection.request('initialize', initialization(folder, launch), { timeout, signal })
    connection.notify('initialized', {})
    if (launch.settings !== undefined) {
      connection.notify('workspace/didChangeConfiguration', { settings: launch.settings })
    }
    const capabilities = recordOf(recordOf(answer)['capabilities'])
    return sessionOf(options, { connection, inbox, pulling: pulling.signal, capabilities })
  } catch (error) {
    connection.end('it could not be initialised')
    throw error
  }
}

interface SessionParts {
  readonly connection: ServerConnection
  readonly inbox: DiagnosticsInbox
  /** Aborted once the server asked to be pulled from, which some do only later. */
  readonly pulling: AbortSignal
  readonly capabilities: Readonly<Record<string, unknown>>
}

function sessionOf(options: SessionOptions, parts: SessionParts): ServerSession {
  const { connection, pulling, capabilities } = parts
  const documents = openDocuments(connection, options.languageOf)
  const pulls = (): boolean => isThere(capabilities['diagnosticProvider']) || pulling.aborted
  return {
    documents,
    can: (capability) => isThere(capabilities[capability]),
    pulls,
    request: async (method, parameters, patience) => connection.request(method, parameters, limits(patience)),
    async diagnose(path, patience) {
      const document = documents.get(path)
      if (document === undefined)
        throw new KeepupError('internal', `${path} is not open. Please report this.`)
      if (document.diagnosis?.world === documents.world()) return document.diagnosis.found
      const world = documents.world()
      const found = pulls()
        ? await pull(connection, path, identifierOf(capabilities), patience)
        : await waitOrPull(parts, { document, path, settle: options.settle, patience })
      if (found.complete && world === documents.world()) document.diagnosis = { world, found }
      return found
    },
    filesChanged(changes) {
      if (changes.length === 0) return
      documents.touch()
      const told = changes.map(({ path, type }) => ({ uri: uriOf(path), type: fileChangeTypes[type] }))
      connection.notify('workspace/didChangeWatchedFiles', { changes: told })
    },
    ended: connection.ended,
    async close() {
      await connection.request('shutdown', undefined, { timeout: closing }).catch(() => {})
      connection.notify('exit', undefined)
      await withinTime(options.process.exited, leaving)
      connection.end('it was stopped')
      await withinTime(options.process.exited, closing)
    },
  }
}

function isThere(capability: unknown): boolean {
  return capability !== undefined && capability !== null && capability !== false
}

/** Keeps this process alive for as long: a server does not. */
async function withinTime(awaited: Promise<unknown>, duration: Milliseconds): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, duration)
  await Promise.race([awaited, promise])
  clearTimeout(timer)
}

function identifierOf(capabilities: Readonly<Record<string, unknown>>): { readonly identifier?: string } {
  const { identifier } = recordOf(capabilities['diagnosticProvider'])
  return typeof identifier === 'string' ? { identifier } : {}
}

function limits({ until, signal }: Patience): RequestOptions {
  const timeout = until - performance.now()
  if (timeout <= 0) throw new KeepupError('tool-failed', 'There was no time left to ask the language server.')
  return { timeout, ...(signal === undefined ? {} : { signal }) }
}

async function waitOrPull(
  { connection, inbox, pulling, capabilities }: SessionParts,
  awaited: {
    readonly document: OpenDocument
    readonly path: string
    readonly settle: Milliseconds
    readonly patience: Patience
  },
): Promise<Diagnosis> {
  const { document, path, settle, patience } = awaited
  const { version, since } = document
  const { until, signal } = patience
  try {
    const either = AbortSignal.any(signal === undefined ? [pulling] : [pulling, signal])
    return await inbox.wait(path, { version, since, settle, until, signal: either })
  } catch (error) {
    if (!pulling.aborted || signal?.aborted === true) throw error
    return pull(connection, path, identifierOf(capabilities), patience)
  }
}

/** Asks again as long as the server puts it off (3.17, DiagnosticServerCancellationData). */
async function pull(
  connection: ServerConnection,
  path: string,
  identifier: { readonly identifier?: string },
  patience: Patience,
): Promise<Diagnosis> {
  const question = { textDocument: { uri: uriOf(path) }, ...identifier }
  for (;;) {
    try {
      const answer = await connection.request('textDocument/diagnostic', question, limits(patience))
      return { complete: true, diagnostics: readDiagnostics(recordOf(answer)['items']) }
    } catch (error) {
      const put = isPutOff(error) && performance.now() + retrying < patience.until
      if (!put) throw error
      await new Promise((done) => setTimeout(done, retrying))
    }
  }
}

/** ServerCancelled or ContentModified. */
function isPutOff(error: unknown): boolean {
  const { cause } = recordOf(error)
  const { code } = recordOf(cause)
  return code === -32_802 || code === -32_801
}
