import { KeepupError } from '@keepup/core'

import { readSource } from '../source-text.ts'
import { uriOf } from './file-uri.ts'
import { type Location, type Position, readLocations } from './read-answer.ts'
import { type FoundSymbol, readSymbols } from './read-symbols.ts'
import { refreshSession, showExisting } from './refresh-session.ts'
import type { ServerAnswer } from './server-answer.ts'
import type { Answered, PooledServer, ServerPool } from './server-pool.ts'
import type { Patience, ServerSession } from './server-session.ts'

/** A name in a file. */
export interface NamePlace {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** The name, as it stands in that line. */
  readonly symbol: string
  /** Which one where it stands there several times, from 1; the first when left out. */
  readonly occurrence?: number
}

/** Asks every server of a file that navigates, and joins what they say. */
export async function navigateWith<T>(
  pool: ServerPool,
  path: string,
  patience: Patience,
  ask: (session: ServerSession) => Promise<T>,
): Promise<readonly Answered<T>[]> {
  const servers = await pool.serversOf(path)
  return Promise.all(
    servers
      .filter((server) => 'state' in server || server.server.navigates)
      .map((server) => answerWith(pool, server, { path, patience, ask })),
  )
}

async function answerWith<T>(
  pool: ServerPool,
  server: PooledServer | ServerAnswer,
  question: {
    readonly path: string
    readonly patience: Patience
    readonly ask: (session: ServerSession) => Promise<T>
  },
): Promise<Answered<T>> {
  if ('state' in server) return { answer: server }
  const { path, patience, ask } = question
  return pool.ask<T>(server, patience, async (session) => {
    await refreshSession(session, server, patience.signal)
    await showExisting(session, path)
    return { answer: { server: server.server.name, state: 'answered' }, value: await ask(session) }
  })
}

/** Where a name stands. Fails `tool-failed` where it does not. */
export async function placeOf(place: NamePlace): Promise<Position> {
  const text = await readSource(place.path)
  if (text !== undefined) return positionOf(text, place)
  throw new KeepupError(
    'tool-failed',
    `"${place.path}" is no text file that could be looked at. Look for it with glob.`,
  )
}

function positionOf(text: string, { path, line, symbol, occurrence = 1 }: NamePlace): Position {
  const content = text.split('\n')[line - 1]
  if (content === undefined) {
    throw new KeepupError('tool-failed', `"${path}" has no line ${line}. Read the file again.`)
  }
  const places = [...content.matchAll(wordPattern(symbol))].map(({ index }) => index)
  const character = places[occurrence - 1]
  if (character !== undefined) return { line: line - 1, character }
  const times = places.length === 0 ? 'not' : `only ${places.length} times`
  throw new KeepupError(
    'tool-failed',
    `"${symbol}" stands ${times} in line ${line} of "${path}", which reads: ${content.trim().slice(0, 200)}`,
  )
}

/** A name as a word of its own. */
function wordPattern(symbol: string): RegExp {
  const before = /^[\p{L}\p{N}_$]/u.test(symbol) ? '(?<![\\p{L}\\p{N}_$])' : ''
  const after = /[\p{L}\p{N}_$]$/u.test(symbol) ? '(?![\\p{L}\\p{N}_$])' : ''
  return new RegExp(`${before}${symbol.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}${after}`, 'gu')
}

/** Where a name is declared. */
export function definitionOf(
  pool: ServerPool,
  place: NamePlace,
  patience: Patience,
): Promise<readonly Answered<readonly Location[]>[]> {
  return locate(pool, place, patience, {
    method: 'textDocument/definition',
    capability: 'definitionProvider',
  })
}

/** Where a name is used, its declaration included. */
export function referencesOf(
  pool: ServerPool,
  place: NamePlace,
  patience: Patience,
): Promise<readonly Answered<readonly Location[]>[]> {
  return locate(pool, place, patience, {
    method: 'textDocument/references',
    capability: 'referencesProvider',
    more: { context: { includeDeclaration: true } },
  })
}

interface Question {
  readonly method: string
  readonly capability: string
  readonly more?: object
}

async function locate(
  pool: ServerPool,
  place: NamePlace,
  patience: Patience,
  { method, capability, more = {} }: Question,
): Promise<readonly Answered<readonly Location[]>[]> {
  const position = await placeOf(place)
  return navigateWith(pool, place.path, patience, async (session) => {
    checkOffered(session, capability)
    const question = { textDocument: { uri: uriOf(place.path) }, position, ...more }
    return readLocations(await session.request(method, question, patience))
  })
}

/** The symbols of a file, in order. */
export function symbolsOf(
  pool: ServerPool,
  path: string,
  patience: Patience,
): Promise<readonly Answered<readonly FoundSymbol[]>[]> {
  return navigateWith(pool, path, patience, async (session) => {
    checkOffered(session, 'documentSymbolProvider')
    const question = { textDocument: { uri: uriOf(path) } }
    return readSymbols(await session.request('textDocument/documentSymbol', question, patience))
  })
}

/** The symbols of a project whose name resembles a text. `path`: any file of the project. */
export function projectSymbolsOf(
  pool: ServerPool,
  { path, name }: { readonly path: string; readonly name: string },
  patience: Patience,
): Promise<readonly Answered<readonly FoundSymbol[]>[]> {
  return navigateWith(pool, path, patience, async (session) => {
    checkOffered(session, 'workspaceSymbolProvider')
    return readSymbols(await session.request('workspace/symbol', { query: name }, patience))
  })
}

/** Fails where a server does not offer something. */
export function checkOffered(session: ServerSession, capability: string): void {
  if (session.can(capability)) return
  throw new KeepupError('not-supported', 'it does not offer this.')
}
