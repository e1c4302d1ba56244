import type { Fetch, Milliseconds } from '@keepup/core'

import { isObject } from '../answer/answer-reader.ts'
import type { BackgroundWork } from '../background.ts'
import type { HookHandler } from '../command-hook.ts'
import { programOf } from './program-of.ts'
import { sendRequest } from './send-request.ts'
import { type EndedProgram, type RunningProgram, startProgram } from './start-program.ts'

/** What running a handler needs. */
export interface HandlerOptions {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The variables of the dialect, which arguments may name. */
  readonly variables: Readonly<Record<string, string>>
  /** What it is told. */
  readonly input: string
  readonly fetch: Fetch
  readonly signal: AbortSignal
  /** Takes over what runs on when nobody waits for it any more. */
  readonly leave: (work: BackgroundWork) => void
}

/** Runs what a hook does. Rejects where it cannot be run, and once the signal is aborted and everything of it has ended. */
export async function runHandler(handler: HookHandler, options: HandlerOptions): Promise<EndedProgram> {
  const { folder, environment, variables, input, fetch, signal, leave } = options
  if (handler.type === 'unsupported') throw new Error(handler.why)
  if (handler.type === 'http') return sendRequest({ handler, body: input, environment, fetch, signal })
  const started = await startProgram({
    ...programOf(handler, variables, environment),
    folder,
    environment,
    input,
  })
  const abort = (): void => void started.end()
  signal.addEventListener('abort', abort)
  try {
    // An abort that came while it was starting has told nobody.
    if (signal.aborted) abort()
    const line = await started.firstLine
    const patience = line === undefined ? undefined : backgroundTime(line)
    if (line !== undefined && patience !== undefined) {
      leave(within(started, patience))
      return { ...backgrounded, stdout: line }
    }
    const ended = await started.ended
    signal.throwIfAborted()
    return ended
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const backgrounded: EndedProgram = { code: 0, signal: null, stdout: '', stderr: '', flooded: false }

/** How long a program may go on that no one waits for, where its first line says so: `{"async": true, "asyncTimeout"?: seconds}`. */
function backgroundTime(line: string): Milliseconds | undefined {
  if (!/^\s*\{.*"async"/.test(line)) return undefined
  try {
    const said: unknown = JSON.parse(line)
    if (!isObject(said) || said['async'] !== true) return undefined
    const seconds = said['asyncTimeout']
    return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : defaultPatience
  } catch {
    return undefined
  }
}

const defaultPatience = 600_000

/** Ends a program when its time is over. */
function within(started: RunningProgram, patience: Milliseconds): BackgroundWork {
  const end = (): void => void started.end()
  const timer = setTimeout(end, Math.min(patience, 2 ** 31 - 1)).unref()
  return { ended: started.ended.finally(() => clearTimeout(timer)), end }
}
