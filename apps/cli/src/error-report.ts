import { type ErrorCode, KeepupError } from '@keepup/core'

import { errorExit, type ExitName } from './exit-code.ts'
import { safeText } from './terminal/safe-text.ts'

/** An error as a person is told of it. */
export interface ErrorReport {
  readonly code: string
  readonly what: string
  readonly fix: string
  readonly exit: ExitName
}

/** What to do about an error that does not say so itself. */
const fixes: Partial<Record<ErrorCode, string>> = {
  'thread-unknown': 'list the threads with: keepup threads',
  'checkpoint-unknown': 'list the positions of the thread with: keepup history THREAD',
  'thread-too-new': 'update keepup, then try again',
  'thread-damaged': 'run keepup doctor, and go on from a backup of the store',
  'lease-held':
    'wait until it ends; or speak to it with: keepup signal THREAD steer "..."; or end it with: keepup signal THREAD interrupt',
  'replay-diverged':
    'this version does something else than was recorded; see where with: keepup replay THREAD --step',
  'lease-lost': 'another process took the thread over; look with: keepup threads',
  'checkpoint-conflict': 'another process took the thread over; look with: keepup threads',
  'database-busy': 'another process keeps the store locked; try again in a moment',
  'database-corrupt': 'restore the file from a backup, or name another one with --store FILE',
  'database-full': 'free some disk space, then go on with: keepup resume',
  'database-read-only': 'make the file and its folder writable, or name another one with --store FILE',
  'database-too-new': 'update keepup, or name another file with --store FILE',
  'database-unavailable':
    'check that the folder exists and is writable, or name another file with --store FILE',
  'model-unknown': 'list what there is with: keepup models',
  'model-key-missing': 'set the key variable of the provider (keepup models shows it)',
  'model-failed': 'check that the model server can be reached, then go on with: keepup resume',
  'thread-exists': 'name another thread; keepup threads lists those that are there',
  'thread-has-forks': 'erase or prune its forks first; keepup store erase THREAD --forks takes them along',
  'signal-unknown': 'see the kinds of signals with: keepup signal --help',
  'artifact-unknown': 'it was erased, or the store is another; look with: keepup store verify',
  'artifact-damaged': 'see what else is damaged with: keepup store verify; bring it back from a backup',
  'keys-required': 'name the root key with --keys, or KEEPUP_KEYS',
  'workspace-conflict':
    'see what differs with: keepup diff THREAD --mode to-current; then settle those files by hand',
  'tool-unknown': 'see what there is in docs/tools, and which groups --tools opens',
  'tool-denied': 'see why with: keepup audit THREAD; rules: keepup permissions explain; modes: --mode',
  'tool-failed': 'see what happened with: keepup show THREAD, then go on with: keepup resume',
  'sandbox-unavailable': 'see which sandboxes there are with: keepup doctor; or do without: --sandbox off',
  'wait-cycle': 'agents wait for each other: let one of them ask somebody else, or answer from here',
  'request-failed': 'check the address and the network, then try again',
  'deadline-passed': 'try again with more time',
  'card-refused': 'look at what the agent says of itself with: keepup a2a card URL',
  'authorisation-required': 'log in with: keepup mcp login SERVER',
  'authorisation-failed': 'log in anew with: keepup mcp logout SERVER, then keepup mcp login SERVER',
  interrupted: 'go on with: keepup resume',
  'configuration-invalid':
    'correct the place that is named; see what is in force with: keepup config explain',
  'node-too-old': 'install a current Node: https://nodejs.org',
  'not-supported': 'see what is there with: keepup --help',
  'value-not-storable': 'this is a defect of a tool; say which call it was at the project',
}

/** Turns whatever was thrown into what happened, what to do, and how to exit. Never fails. */
export function reportError(error: unknown): ErrorReport {
  if (KeepupError.is(error)) {
    const { what, advice } = adviceOf(error)
    return {
      code: error.code,
      what: oneLine(what),
      fix: oneLine(advice ?? fixes[error.code] ?? defect),
      exit: errorExit(error.code),
    }
  }
  return (
    systemError(error) ?? {
      code: 'internal',
      what: `unexpected: ${messageOf(error)}`,
      fix: defect,
      exit: 'failed',
    }
  )
}

/** An error of the command line itself. */
export function usageError(what: string, fix: string): KeepupError {
  return new KeepupError('input-invalid', what, { details: { fix } })
}

/** The two lines that a person reads, and the stack where it was asked for. Safe for a terminal: servers and files may speak in them. */
export function errorLines(error: unknown, debug: boolean): string {
  const { what, fix } = reportError(error)
  const stack = debug && error instanceof Error ? `${error.stack ?? ''}\n` : ''
  return safeText(`error: ${what}\nfix: ${fix}\n${stack}`)
}

const defect =
  'this looks like a defect of keepup: run it again with KEEPUP_DEBUG=1 and report what it prints'

const systemFixes: Readonly<Record<string, readonly [string, ExitName]>> = {
  EACCES: ['make it accessible for this user, or choose another place', 'store'],
  EPERM: ['make it accessible for this user, or choose another place', 'store'],
  EROFS: ['choose a place that can be written to', 'store'],
  ENOSPC: ['free some disk space, then go on with: keepup resume', 'store'],
  ENOENT: ['check the path', 'usage'],
  ENOTDIR: ['check the path', 'usage'],
  EISDIR: ['name a file', 'usage'],
  EMFILE: ['close other programs, or allow more open files: ulimit -n 4096', 'failed'],
  // A native part of another Node, of another machine, or of none.
  ERR_DLOPEN_FAILED: ['build the native part for this Node: npm rebuild better-sqlite3', 'failed'],
}

function systemError(error: unknown): ErrorReport | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const known = systemFixes[String(error.code)]
  if (known === undefined) return undefined
  return { code: String(error.code), what: oneLine(error.message), fix: known[0], exit: known[1] }
}

function adviceOf(error: KeepupError): { readonly what: string; readonly advice?: string } {
  const { fix, variable } = error.details
  if (typeof fix === 'string') return { what: error.message, advice: fix }
  const told = split(error.message)
  if (error.code === 'lease-held') return { what: told.what }
  if (error.code !== 'model-key-missing' || typeof variable !== 'string') return told
  return { what: told.what, advice: [`set ${variable}.`, told.advice ?? ''].join(' ').trim() }
}

/** Messages of the packages tell what happened in their first sentence and what to do in those after it. */
function split(message: string): { readonly what: string; readonly advice?: string } {
  const end = /[.!?]\s+(?=[A-Z"])/.exec(message)
  if (end === null) return { what: message }
  return { what: message.slice(0, end.index), advice: message.slice(end.index + 1).trim() }
}

function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
