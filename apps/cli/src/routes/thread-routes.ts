import { buildCommand } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import { positionHelp } from './travel-routes.ts'

/** The flags of commands that read or signal threads. */
export interface StoreFlags {
  readonly store?: string
  readonly keys?: string
  readonly keyRing?: string
  readonly json: boolean
}

const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }
const thread = { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' }

function limit(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('a whole number above 0')
  return number
}

const limitFlag = { kind: 'parsed', parse: limit, placeholder: 'number', brief: 'How many at most' } as const

/** `keepup signal THREAD KIND [text...]` */
export const signalRoute = buildCommand<StoreFlags, string[], CommandLine>({
  loader: async () => performs((await import('../commands/signal.ts')).signal),
  parameters: {
    flags: storeFlags,
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: { brief: 'Thread, kind of signal, and its text', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Steer, stop, interrupt or answer a thread from anywhere',
    customUsage: [
      { input: 'THREAD steer TEXT...', brief: 'say something to the agent before its next step' },
      { input: 'THREAD message TEXT...', brief: 'queue a message for after the present task' },
      { input: 'THREAD stop [REASON...]', brief: 'let it sum up and finish' },
      { input: 'THREAD interrupt [REASON...]', brief: 'end it now, to be resumed later' },
      { input: 'THREAD answer allow|deny [APPROVAL] [TEXT...]', brief: 'answer an open approval' },
      { input: 'THREAD answer [NODE] ANSWER...', brief: 'answer a question of a graph' },
      { input: 'THREAD event NAME [JSON]', brief: 'send a graph the signal that it waits for' },
    ],
  },
})

/** `keepup threads` */
export const threadsRoute = buildCommand<StoreFlags & { readonly limit: number }, [], CommandLine>({
  loader: async () => performs((await import('../commands/threads.ts')).threads),
  parameters: { flags: { ...storeFlags, limit: { ...limitFlag, default: '20' } } },
  docs: { brief: 'List the threads, the latest first' },
})

/** The flags of `keepup history`. */
export interface HistoryFlags extends StoreFlags {
  readonly limit?: number
  readonly before?: string
  readonly entries: boolean
  readonly checkpoints: boolean
}

/** `keepup history THREAD` */
export const historyRoute = buildCommand<HistoryFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/history.ts')).history),
  parameters: {
    flags: {
      ...storeFlags,
      limit: { ...limitFlag, optional: true, brief: 'How many of the last (default: 30 checkpoints)' },
      before: textFlag('Only what came before', 'position'),
      entries: jsonFlag('Every entry (what --json prints by itself)'),
      checkpoints: jsonFlag('Every checkpoint, what it took (what people see by itself)'),
    },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: { brief: 'Show what happened in a thread, and what each step took', fullDescription: positionHelp },
})

/** The flags of `keepup show`. */
export interface ShowFlags extends StoreFlags {
  readonly at?: string
  readonly all: boolean
}

/** `keepup show THREAD` */
export const showRoute = buildCommand<ShowFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/show.ts')).show),
  parameters: {
    flags: {
      ...storeFlags,
      at: textFlag('As it was then', 'position'),
      all: jsonFlag('With what rewinds hid'),
    },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: {
    brief: 'Show the conversation of a thread, now or at an earlier position',
    fullDescription: positionHelp,
  },
})
