import { exitCodes, type ExitName } from '../exit-code.ts'
import type { Host, StopSignal } from '../host.ts'

/** Turns requests to end the program into an interrupt of the run. */
export interface StopWatch extends Disposable {
  readonly signal: AbortSignal
  /** How the program exits where the run ended because of it. */
  readonly exit: ExitName | undefined
}

const exits: Readonly<Record<StopSignal, ExitName>> = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hung-up',
}

/** The first request interrupts, so that everything is recorded; the second one ends the process at once. `closed`: nobody reads any more. */
export function watchStops(host: Host, closed: AbortSignal, warn: (text: string) => void): StopWatch {
  const stop = new AbortController()
  let exit: ExitName | undefined
  const end = host.onStop((signal) => {
    if (exit !== undefined) {
      host.exit(exitCodes[exits[signal]])
      return
    }
    exit = exits[signal]
    warn('interrupting, so that it can be resumed; once more ends it at once')
    stop.abort(new Error(signal === 'SIGINT' ? 'Ctrl-C' : `the system asked it to end (${signal})`))
  })
  const leave = (): void => {
    exit ??= 'output-closed'
    stop.abort(new Error('nobody reads its output any more'))
  }
  closed.addEventListener('abort', leave, { once: true })
  return {
    signal: stop.signal,
    get exit() {
      return exit
    },
    [Symbol.dispose]() {
      end()
      closed.removeEventListener('abort', leave)
    },
  }
}
