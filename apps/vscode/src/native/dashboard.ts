import type { Editor } from '../editor.ts'
import type { Program } from '../program/program.ts'
import { type StartedProgram, startProgram } from '../program/start-program.ts'
import { readAnnouncement } from './read-announcement.ts'

/** Where and how the dashboard is started. */
export interface DashboardPlace {
  readonly program: Program
  readonly folder: string
  readonly note: (text: string) => void
}

/**
 * The dashboard: `keepup serve` on the loopback, with a token of its own. Its pages refuse to stand in a frame of anybody, so it is opened in a browser.
 */
export class Dashboard {
  readonly #editor: Pick<Editor, 'env' | 'Uri'>
  #served: Promise<{ readonly started: StartedProgram; readonly address: string }> | undefined

  constructor(editor: Pick<Editor, 'env' | 'Uri'>) {
    this.#editor = editor
  }

  /** Starts it where it does not run, and opens it. Fails `configuration-invalid` without keepup, and `request-failed` where it cannot listen. */
  async open(place: DashboardPlace): Promise<void> {
    this.#served ??= this.#start(place)
    this.#served.catch(() => (this.#served = undefined))
    const { address } = await this.#served
    const { Uri: uri, env } = this.#editor
    await env.openExternal(uri.parse(address))
  }

  /** Ends it. */
  async close(): Promise<void> {
    const served = await this.#served?.catch(() => undefined)
    this.#served = undefined
    await served?.started.stop()
  }

  async #start({ program, folder, note }: DashboardPlace) {
    const words = ['serve', '--json', '--cwd', folder, ...program.flags]
    const started = await startProgram(program, words, { folder, note })
    const address = await readAnnouncement(started)
    void started.ended.then(() => (this.#served = undefined))
    return { started, address }
  }
}
