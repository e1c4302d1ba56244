import type { JsonObject, Milliseconds, TextPart, ToolOutput } from '@keepup/core'

import type { FolderChange } from './command-folder.ts'
import type { PrintedOutput } from './command-output.ts'

/** What a command left running. */
export interface Leftovers {
  /** Whether processes of its group had to be ended after it. */
  readonly endedBackground: boolean
  /** Processes of the call that still run. */
  readonly running: readonly number[]
}

/** How a command ended. */
export interface EndedCommand extends Leftovers {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  readonly stopped: 'aborted' | 'timed-out' | undefined
  readonly timeout: Milliseconds
  /** Processes that may be the call's own and lost its mark. */
  readonly perhaps: readonly number[]
  /** What its sandbox has to say. */
  readonly notes: readonly string[]
  /** What it did to the folder that commands start in. */
  readonly change: FolderChange
}

/** @limit How many lines are shown of each end of an output that is too long. */
const mostLines = 950

/** What a model is shown of a command, and the same as data. */
export function describeCommand(printed: PrintedOutput, ended: EndedCommand): ToolOutput {
  const notes = notesOf(ended)
  const text = printedText(printed)
  const shown = [text, ...notes.map((note) => `[${note}]`)].filter((piece) => piece !== '')
  const artifacts = printed.spooled?.type === 'stored' ? { artifacts: [printed.spooled.hash] } : {}
  return {
    content: [textPart(shown.length === 0 ? '[It printed nothing. Exit code 0]' : shown.join('\n'))],
    structured: dataOf(printed, ended),
    ...artifacts,
    ...(ended.change.folder === undefined ? {} : { folder: ended.change.folder }),
  }
}

function dataOf(
  { total, omitted }: PrintedOutput,
  { code, signal, stopped, running, perhaps, change }: EndedCommand,
): JsonObject {
  return {
    exitCode: code,
    ...(signal === null ? {} : { signal }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(running.length === 0 ? {} : { running: [...running] }),
    ...(perhaps.length === 0 ? {} : { perhapsRunning: [...perhaps] }),
    ...(change.folder === undefined ? {} : { folder: change.folder }),
    outputBytes: total,
    omittedBytes: omitted,
  }
}

function notesOf(ended: EndedCommand): readonly string[] {
  const notes = [...endNote(ended)]
  if (ended.endedBackground) {
    notes.push('Processes that it left in the background were ended: nothing runs on after a call')
  }
  if (ended.running.length > 0) {
    notes.push(`Processes of this command still run, in sessions of their own: ${ended.running.join(', ')}`)
  }
  if (ended.perhaps.length > 0) {
    notes.push(
      `Processes that may be of this command still run, and lost its mark: ${ended.perhaps.join(', ')}`,
    )
  }
  if (ended.change.note !== undefined) notes.push(ended.change.note)
  return [...notes, ...ended.notes]
}

function endNote({ code, signal, stopped, timeout }: EndedCommand): readonly string[] {
  if (stopped === 'timed-out') return [`It took longer than ${timeout} ms and was ended`]
  if (stopped === 'aborted') return ['It was interrupted and ended']
  if (signal !== null) return [`Ended by signal ${signal}`]
  return code === 0 ? [] : [`Exit code ${code ?? 'unknown'}`]
}

/** What is shown of an output: all of it, or beginning and end, with a note on what was left out. */
export function printedText(printed: PrintedOutput): string {
  const { head, tail, omitted } = printed
  if (omitted === 0) return head.endsWith('\n') ? head.slice(0, -1) : head
  const first = head.split('\n').slice(0, mostLines).join('\n')
  const last = tail.split('\n').slice(-mostLines).join('\n').trimEnd()
  const shown = Buffer.byteLength(first) + Buffer.byteLength(last)
  return `${first}\n[… ${printed.total - shown} of ${printed.total} bytes were left out. ${whereabouts(printed)}]\n${last}`
}

function whereabouts({ spooled }: PrintedOutput): string {
  if (spooled === undefined) return 'They were not kept: there is no artifact store.'
  if (spooled.type === 'failed') return `They could not be kept: ${spooled.reason}`
  const part = spooled.whole ? 'The whole is' : `The first ${spooled.size} bytes are`
  return `${part} artifact:${spooled.hash}.`
}

function textPart(text: string): TextPart {
  return { type: 'text', text }
}
