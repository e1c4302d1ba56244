import { PassThrough } from 'node:stream'

import type { Label, Milliseconds, StartedProcess, ToolContext } from '@keepup/core'

import { openMark } from '../call-mark.ts'
import { collectOutput, type PrintedOutput } from '../command-output.ts'
import type { ContainedCommand } from '../contain-command.ts'
import { findSurvivors } from '../find-survivors.ts'
import { type LeashedProcess, startLeashed } from '../leashed-process.ts'
import { linuxProcess } from '../linux-processes.ts'
import { type CellReply, readReply } from './cell-reply.ts'
import { readLines } from './read-lines.ts'

/** A cell to run. */
export interface Cell {
  readonly source: string
  /** What errors call it. */
  readonly name: string
  readonly timeout: Milliseconds
  /** How much of its output is stored, in bytes. */
  readonly mostStored: number
}

/** What became of a cell. */
export interface CellEnd {
  readonly printed: PrintedOutput
  readonly reply: CellReply
  readonly stopped?: 'timed-out' | 'aborted'
  /** What the sandbox has to say of an interpreter that ended. */
  readonly notes: readonly string[]
}

/** Lets the program talk on descriptors 4 and 5, and leaves its ordinary streams to the cells: both outputs as one, and no input. */
const apart = 'exec 4>&2 5<&0 2>&1 </dev/null 6<&- 7<&- 8<&- 9<&-; exec "$@"'

/** In characters: the longest answer that an interpreter is heard to the end. What it shows of a value is far less. */
const longestReply = 1_000_000
/** How long an interpreter that was told to stop a cell has for it. */
const grace: Milliseconds = 1_000
/** How long the last output of a cell is waited for, once nothing came for as long. */
const settling: Milliseconds = 20
const mostRounds = 100
/** How long what an interpreter left may take to vanish. */
const killing: Milliseconds = 3_000

const label: Label = {
  integrity: 'free-text',
  sources: ['tool:code'],
  readers: 'anyone',
  confidential: false,
}

/** A process that runs cells, one after the other, and remembers what they define. It cannot outlive this program. */
export class Interpreter {
  readonly process: StartedProcess
  /** Resolves once it has ended. */
  readonly ended: Promise<Extract<CellReply, { type: 'lost' }>>
  readonly #leashed: LeashedProcess
  readonly #contained: ContainedCommand
  readonly #key: string
  /** What is printed goes into the cell that runs; between cells it waits for the next. */
  #output = new PassThrough()
  #heard: ((reply: CellReply) => void) | undefined
  #over = false
  #count = 0
  #lost: string | undefined

  private constructor(leashed: LeashedProcess, contained: ContainedCommand, key: string) {
    this.#leashed = leashed
    this.#contained = contained
    this.#key = key
    const { pid } = leashed
    const started = process.platform === 'linux' ? linuxProcess(pid)?.started : undefined
    this.process = started === undefined ? { pid, group: pid } : { pid, group: pid, started }
    this.ended = leashed.exited.then(({ code, signal }) => {
      this.#over = true
      const how =
        signal === null ? `it ended with exit code ${code ?? 'unknown'}` : `signal ${signal} ended it`
      return { type: 'lost', reason: this.#lost ?? how }
    })
    this.#listen()
  }

  /** Starts one on a leash: see `startLeashed`. It does nothing before its first cell. */
  static async start(contained: ContainedCommand, key: string): Promise<Interpreter> {
    const { program, arguments: given, folder, environment } = contained.program
    const mark = openMark(key)
    const args = ['-c', apart, 'sh', program, ...given]
    const leashed = await startLeashed(
      { command: '/bin/sh', arguments: args, folder, environment },
      key,
      mark,
    ).finally(() => mark?.close())
    return new Interpreter(leashed, contained, key)
  }

  /** Whether it can run no more cells. */
  get over(): boolean {
    return this.#over
  }

  /** How many cells it ran. */
  get count(): number {
    return this.#count
  }

  /** Runs a cell to its end. At its time-out, or an abort, it is told to stop; what does not stop ends with its interpreter. */
  async run(cell: Cell, context: ToolContext): Promise<CellEnd> {
    this.#count++
    const { artifacts } = context
    const { mostStored } = cell
    const progress = (text: string): void => context.progress(text)
    const collected = collectOutput(this.#output, { artifacts, label, mostStored, progress })
    const replied = new Promise<CellReply>((resolve) => (this.#heard = resolve))
    this.#say({ type: 'run', source: cell.source, name: cell.name })
    const answer = Promise.race([replied, this.ended])
    const stopped = await stopOf(answer, cell.timeout, context)
    if (stopped !== undefined) {
      this.#say({ type: 'interrupt' })
      await Promise.race([answer, later(grace)])
    }
    const reply = await Promise.race([answer, later(0).then(() => undefined)])
    if (reply === undefined || reply.type === 'lost') await this.end()
    await settle(() => collected.total())
    const printing = this.#output
    this.#output = new PassThrough()
    printing.end()
    await Promise.race([collected.closed, later(killing)])
    const printed = await collected.finish()
    const notes = this.#over ? await this.#contained.release() : []
    const end = { printed, reply: reply ?? { type: 'lost', reason: 'it did not stop' }, notes } as const
    return stopped === undefined ? end : { ...end, stopped }
  }

  /** Ends it and all that it started. */
  async end(reason?: string): Promise<void> {
    this.#lost ??= reason
    this.#leashed.kill()
    await Promise.race([this.ended, later(killing)])
    this.#over = true
    for (let waited = 0; waited < killing; waited += settling) {
      if ((await findSurvivors(this.#key)).length === 0) break
      await later(settling)
    }
    await this.#contained.release()
  }

  #say(message: object): void {
    this.#leashed.input.write(`${JSON.stringify(message)}\n`)
  }

  #listen(): void {
    const { output, errors } = this.#leashed
    output.on('data', (chunk: Buffer) => {
      const target = this.#output
      if (target.write(chunk)) return
      output.pause()
      const resume = (): void => void output.resume()
      target.once('drain', resume).once('close', resume)
    })
    const hear = readLines(longestReply, (line) => {
      // Cells can reach the descriptor too, and must not fill the memory of this program.
      if (line === undefined) return void this.end('it sent an answer without end')
      const reply = readReply(line)
      if (reply?.type === 'lost') this.#lost ??= reply.reason
      else if (reply !== undefined) this.#heard?.(reply)
    })
    errors.on('data', hear)
  }
}

/** Waits for an answer, `undefined`, or for what stops the cell. */
async function stopOf(
  answer: Promise<unknown>,
  timeout: Milliseconds,
  { clock, signal }: ToolContext,
): Promise<'timed-out' | 'aborted' | undefined> {
  const waiting = new AbortController()
  const late = clock.sleep(timeout, AbortSignal.any([signal, waiting.signal])).then(
    () => 'timed-out' as const,
    () => (signal.aborted ? ('aborted' as const) : undefined),
  )
  const first = await Promise.race([answer.then(() => undefined), late])
  waiting.abort()
  return first
}

/** What was printed lies in the pipe when the answer comes: waits until no more is read. */
async function settle(total: () => number): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const before = total()
    await later(settling)
    if (total() === before) return
  }
}

function later(duration: Milliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref())
}
