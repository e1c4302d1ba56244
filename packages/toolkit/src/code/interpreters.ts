import { resolve } from 'node:path'

import { KeepupError, type ThreadId, type ToolContext } from '@keepup/core'

import { type Confinement, containProgram } from '../contain-command.ts'
import { keepingAlive } from '../keeping-alive.ts'
import { findPython } from './find-python.ts'
import type { InterpreterBounds } from './interpreter-bounds.ts'
import { type Cell, type CellEnd, Interpreter } from './interpreter.ts'
import { javascriptDriver } from './javascript-driver.ts'
import { pythonDriver } from './python-driver.ts'
import { rewriteImports } from './rewrite-imports.ts'

/** The languages of cells. */
export type CodeLanguage = 'javascript' | 'python'

/** How interpreters are kept. */
export interface InterpretersOptions extends InterpreterBounds {
  readonly root: string
  /** How many are kept at once, of all threads. */
  readonly most: number
  readonly confinement?: Confinement
  /** The path of Python 3; looked for on the PATH when left out. */
  readonly python?: string
}

/** What became of a cell, and in which interpreter. */
export interface CellRun extends CellEnd {
  /** Nothing of earlier cells was there. */
  readonly fresh: boolean
  /** The number of the cell, of its interpreter. */
  readonly number: number
}

interface Place {
  interpreter?: Interpreter
  /** Cells of one place wait for each other. */
  waiting: Promise<unknown>
  used: number
  /** How many run or wait. */
  busy: number
}

/** The interpreters of this program: one for each thread and language. All end with it, however it ends. */
export class Interpreters implements AsyncDisposable {
  readonly #options: InterpretersOptions
  readonly #places = new Map<string, Place>()
  #uses = 0
  #closed = false

  constructor(options: InterpretersOptions) {
    this.#options = options
  }

  /** Runs a cell after those that wait. Fails `tool-failed` where there is no interpreter for it. */
  run(language: CodeLanguage, cell: Omit<Cell, 'name'>, context: ToolContext): Promise<CellRun> {
    const place = this.#placeOf(context.call.thread, language)
    const run = place.waiting.then(async () => {
      context.signal.throwIfAborted()
      const fresh = place.interpreter === undefined || place.interpreter.over
      const interpreter = fresh ? await this.#start(language, place, context) : place.interpreter
      if (interpreter === undefined)
        throw new KeepupError('internal', 'An interpreter is lost. Please report this.')
      const number = interpreter.count + 1
      const source = language === 'javascript' ? rewriteImports(cell.source) : cell.source
      return {
        ...(await interpreter.run({ ...cell, source, name: `cell-${number}` }, context)),
        fresh,
        number,
      }
    })
    place.busy++
    const free = (): void => void place.busy--
    place.waiting = run.then(free, free)
    return keepingAlive(() => run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const interpreters = [...this.#places.values()].map(({ interpreter }) => interpreter)
    await keepingAlive(async () => Promise.all(interpreters.map(async (interpreter) => interpreter?.end())))
  }

  #placeOf(thread: ThreadId, language: CodeLanguage): Place {
    const name = JSON.stringify([thread, language])
    const place = this.#places.get(name) ?? { waiting: Promise.resolve(), used: 0, busy: 0 }
    this.#places.set(name, place)
    place.used = ++this.#uses
    return place
  }

  async #start(language: CodeLanguage, place: Place, context: ToolContext): Promise<Interpreter> {
    if (this.#closed) throw new KeepupError('interrupted', 'The tools were closed. Nothing was run.')
    await this.#makeRoom(place, context.signal)
    const contained = await containProgram(await this.#program(language), this.#options.confinement)
    try {
      const interpreter = await Interpreter.start(contained, context.call.key)
      place.interpreter = interpreter
      try {
        await context.processStarted(interpreter.process)
      } catch (error) {
        await interpreter.end()
        throw error
      }
      return interpreter
    } catch (error) {
      await contained.release()
      throw error
    }
  }

  /** Ends the idle one that was not used for longest; where all are busy, the first that is done. Its thread is told by its next cell. */
  async #makeRoom(own: Place, signal: AbortSignal): Promise<void> {
    for (;;) {
      const running = [...this.#places.values()].filter(
        (place) => place !== own && place.interpreter?.over === false,
      )
      if (running.length < this.#options.most) return
      const [oldest] = running.filter(({ busy }) => busy === 0).toSorted((a, b) => a.used - b.used)
      await (oldest === undefined
        ? Promise.race(running.map(({ waiting }) => waiting))
        : oldest.interpreter?.end())
      signal.throwIfAborted()
    }
  }

  async #program(language: CodeLanguage) {
    const { root, python = await findPython() } = this.#options
    const environment = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const place = { folder: resolve(root), environment }
    if (language === 'javascript') {
      const args = ['--no-warnings', '--input-type=commonjs', '--eval', javascriptDriver(this.#options)]
      return { program: process.execPath, arguments: args, ...place }
    }
    if (python === undefined) {
      throw new KeepupError(
        'not-supported',
        'There is no python3 on the PATH. Nothing was run. Install Python 3, or write the cell in JavaScript.',
      )
    }
    return { program: python, arguments: ['-u', '-c', pythonDriver(this.#options)], ...place }
  }
}
