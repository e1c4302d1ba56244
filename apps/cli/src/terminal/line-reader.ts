import { createInterface } from 'node:readline'

import type { CommandLine } from '../command-line.ts'

/** How typed words are understood. */
export interface Reading<Said> {
  /** What may be typed. */
  readonly hint: string
  /** `undefined` where it is no answer: it is asked for again. */
  read(typed: string): Said | undefined
}

/** A person who types lines. */
export interface LineReader extends Disposable {
  /** Asks until the answer is one; `undefined` where the person leaves (Ctrl-C, end of input), or nobody waits for the answer any more. */
  ask<Said>(question: string, reading: Reading<Said>): Promise<Said | undefined>
}

/** Listens at the terminal until it is disposed of, or the signal is aborted. */
export function openLineReader({ host, terminal }: CommandLine, signal?: AbortSignal): LineReader {
  const reader = createInterface({ input: host.stdin, output: host.stderr, terminal: true })
  let left = false
  const leave = (): void => reader.close()
  reader.on('SIGINT', leave)
  reader.on('close', () => (left = true))
  signal?.addEventListener('abort', leave, { once: true })
  if (signal?.aborted === true) leave()
  const lines = reader[Symbol.asyncIterator]()
  return {
    async ask(question, reading) {
      await terminal.notes.write(question)
      reader.setPrompt(`  ${terminal.notesStyle.dim(reading.hint)} > `)
      while (true) {
        // What was typed before somebody left still counts.
        if (!left) reader.prompt()
        const typed = await lines.next()
        if (typed.done === true) {
          await terminal.notes.write('\n')
          return undefined
        }
        const said = reading.read(typed.value.trim())
        if (said !== undefined) return said
      }
    },
    [Symbol.dispose]() {
      signal?.removeEventListener('abort', leave)
      reader.close()
    },
  }
}
