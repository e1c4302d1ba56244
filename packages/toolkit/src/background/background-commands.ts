import { hash } from 'node:crypto'

import {
  KeepupError,
  type Milliseconds,
  systemClock,
  type ThreadId,
  type ToolContext,
  type ToolOutcome,
} from '@keepup/core'

import { type CommandToContain, containCommand } from '../contain-command.ts'
import { keepingAlive } from '../keeping-alive.ts'
import { BackgroundCommand } from './background-command.ts'
import { startInBackground } from './background-process.ts'
import {
  type CommandRecord,
  hostLives,
  readRecord,
  removeOldRecords,
  thisHost,
  writeRecord,
} from './command-record.ts'
import { backgroundState, openStateFolder } from './state-folder.ts'

/** How commands in the background are kept. */
export interface BackgroundOptions {
  /** How many may run at once, of all threads: 8. */
  readonly most?: number
  /** How much of the output of each is kept, in bytes, the latest: 16 MiB. */
  readonly mostKept?: number
  /** Where outputs are kept, for a week: `keepup/background` of the user's state folder. */
  readonly state?: string
}

/** A command that is asked about: it runs or ran in this program, or in an earlier one whose records were found. */
export type KnownCommand =
  | { readonly type: 'here'; readonly command: BackgroundCommand }
  | {
      readonly type: 'earlier'
      readonly record: CommandRecord
      readonly hostLives: boolean
      readonly state: string
    }

/** The commands that run in the background of this program. Disposing of it ends them all; so does the end of the program, however it comes. */
export interface BackgroundCommands extends AsyncDisposable {
  /** Starts one, or says why not. Its process is recorded before it does anything. */
  start(
    request: CommandToContain & { readonly timeout?: Milliseconds },
    context: ToolContext,
  ): Promise<BackgroundCommand | ToolOutcome>
  /** A command of a thread; `undefined` where that thread has none of that name. */
  find(thread: ThreadId, id: string): Promise<KnownCommand | undefined>
  /** What policies are to know of a command that is given input; `undefined` where it does not run here. */
  runs(id: string): Pick<CommandRecord, 'command' | 'folder'> | undefined
}

/** How long a command has to end politely, at its time-out and at the end of the program. */
const grace: Milliseconds = 2_000
const lastGrace: Milliseconds = 500
/** How many that ended are remembered here; the others are found by their records. */
const mostEnded = 64

/** Keeps commands in the background. */
export function createBackgroundCommands(options: BackgroundOptions = {}): BackgroundCommands {
  return new CommandKeeper(options)
}

/** What to start: without a time-out it may run until the program ends. */
type Request = CommandToContain & { readonly timeout?: Milliseconds }

class CommandKeeper implements BackgroundCommands {
  readonly #options: Required<BackgroundOptions>
  readonly #commands = new Map<string, BackgroundCommand>()
  #starting = 0
  #opened: Promise<string> | undefined
  #closed = false

  constructor({ most = 8, mostKept = 16 * 1024 * 1024, state = backgroundState() }: BackgroundOptions) {
    this.#options = { most, mostKept, state }
  }

  async start(request: Request, context: ToolContext): Promise<BackgroundCommand | ToolOutcome> {
    context.signal.throwIfAborted()
    const { most } = this.#options
    const running = this.#running()
    if (running.length + this.#starting >= most) return tooMany(running, context.call.thread, most)
    this.#starting++
    try {
      return await keepingAlive(() => this.#launch(request, context))
    } finally {
      this.#starting--
    }
  }

  async find(thread: ThreadId, id: string): Promise<KnownCommand | undefined> {
    const command = this.#commands.get(id)
    if (command !== undefined) {
      return command.record.thread === thread ? { type: 'here', command } : undefined
    }
    const state = await this.#folder(systemClock.now())
    const record = await readRecord(state, id)
    if (record?.thread !== thread) return undefined
    return { type: 'earlier', record, hostLives: record.end === undefined && hostLives(record), state }
  }

  runs(id: string): Pick<CommandRecord, 'command' | 'folder'> | undefined {
    const command = this.#commands.get(id)
    return command?.end() === undefined ? command?.record : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const running = this.#running()
    await keepingAlive(() => Promise.all(running.map((command) => command.stop('closed', lastGrace))))
  }

  async #launch(request: Request, context: ToolContext): Promise<BackgroundCommand> {
    const contained = await containCommand(request)
    try {
      const { thread, key } = context.call
      const folder = await this.#folder(context.clock.now())
      const { command: text, folder: where } = request
      const record = { id: nameOf(thread, key), thread, command: text, folder: where, host: thisHost() }
      await writeRecord(folder, record)
      const started = await startInBackground(contained, key)
      try {
        await context.processStarted(started.process)
        context.signal.throwIfAborted()
        this.#checkOpen()
        const { mostKept } = this.#options
        const release = (): Promise<readonly string[]> => contained.release()
        const command = await BackgroundCommand.keep({ record, started, folder, mostKept, release })
        this.#commands.set(record.id, command)
        started.begin()
        limitTime(command, request.timeout)
        forgetEnded(this.#commands)
        return command
      } catch (error) {
        await started.end(0)
        throw error
      }
    } catch (error) {
      await contained.release()
      throw error
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new KeepupError('interrupted', 'The tools were closed. Nothing was run.')
  }

  #running(): readonly BackgroundCommand[] {
    return [...this.#commands.values()].filter((command) => command.end() === undefined)
  }

  #folder(now: number): Promise<string> {
    this.#opened ??= openStateFolder(this.#options.state).then(async (path) => {
      await removeOldRecords(path, now)
      return path
    })
    return this.#opened
  }
}

/** Unique in all threads, and the same when it is computed again. */
function nameOf(thread: ThreadId, key: string): string {
  return `cmd-${hash('sha256', JSON.stringify([thread, key]), 'hex').slice(0, 12)}`
}

function limitTime(command: BackgroundCommand, timeout: Milliseconds | undefined): void {
  if (timeout === undefined) return
  const timer = setTimeout(() => void command.stop('timed-out', grace), timeout).unref()
  void command.ended.then(() => clearTimeout(timer))
}

function forgetEnded(commands: Map<string, BackgroundCommand>): void {
  const ended = [...commands].filter(([, command]) => command.end() !== undefined)
  for (const [id] of ended.slice(0, Math.max(0, ended.length - mostEnded))) commands.delete(id)
}

function tooMany(running: readonly BackgroundCommand[], thread: ThreadId, most: number): ToolOutcome {
  const own = running.filter(({ record }) => record.thread === thread)
  const names = own.map(({ record: { id, command } }) => `${id} (${command.slice(0, 80)})`).join(', ')
  const which = own.length === 0 ? 'None of them is yours.' : `Yours: ${names}. End one with shell_kill.`
  return {
    type: 'failed',
    code: 'too-many-commands',
    message: `${most} commands run in the background already, and no more may. Nothing was run. ${which}`,
  }
}
