import type { Readable } from 'node:stream'

import type { ArtifactStore, Label } from '@keepup/core'

import { openSpool, type OutputSpool, type Spooled } from './output-spool.ts'
import { OutputWindow } from './output-window.ts'
import { throttledProgress } from './throttled-progress.ts'

/** @limit In bytes: how much of an output is kept in memory, and at most shown. */
const mostShown = 40_000

/** What a command printed. */
export interface PrintedOutput {
  readonly head: string
  /** Empty where nothing was left out. */
  readonly tail: string
  /** In bytes. */
  readonly total: number
  readonly omitted: number
  readonly spooled?: Spooled
}

/** Where an output goes while it comes. */
export interface OutputTargets {
  readonly artifacts: ArtifactStore | undefined
  readonly label: Label
  /** In bytes. */
  readonly mostStored: number
  progress(text: string): void
}

/** Reads an output in bounded memory: beginning and end are kept, and the whole goes to an artifact as soon as it is too long. */
export function collectOutput(
  output: Readable,
  targets: OutputTargets,
): {
  /** Resolves once nothing more can come. */
  readonly closed: Promise<void>
  /** How many bytes came so far. */
  readonly total: () => number
  /** Stops reading and gives what came. */
  finish(): Promise<PrintedOutput>
} {
  const window = new OutputWindow(mostShown)
  const live = throttledProgress((text) => targets.progress(text))
  let spool: OutputSpool | undefined

  output.on('data', (chunk: Buffer) => {
    if (spool === undefined && window.total + chunk.length > mostShown) spool = startSpool()
    window.write(chunk)
    live.write(chunk)
    if (spool?.write(chunk) === false) output.pause()
  })
  const closed = new Promise<void>((resolve) => {
    output.once('close', resolve)
    output.once('error', () => resolve())
  })
  return {
    closed,
    total: () => window.total,
    async finish() {
      output.destroy()
      live.end()
      const { total, omitted } = window
      const spooled = await spool?.finish()
      return { ...window.text(), total, omitted, ...(spooled === undefined ? {} : { spooled }) }
    },
  }

  function startSpool(): OutputSpool | undefined {
    if (targets.artifacts === undefined) return undefined
    const opened = openSpool(targets.artifacts, targets.label, targets.mostStored)
    opened.drained(() => output.resume())
    for (const earlier of window.chunks) opened.write(earlier)
    return opened
  }
}
