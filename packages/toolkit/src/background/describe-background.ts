import type { JsonObject, ToolOutput } from '@keepup/core'

import { endOfCharacters, startOfCharacters } from '../whole-characters.ts'
import type { BackgroundEnd } from './command-record.ts'
import { endOf } from './read-parts.ts'
import type { SpoolPart } from './read-spool.ts'

/** How a command stands: it runs, it ended, or the program that ran it did. */
export type Standing = 'running' | BackgroundEnd | 'ended-with-program' | 'elsewhere'

/** What a model is told of a command in the background. */
export interface BackgroundReport {
  readonly id: string
  readonly standing: Standing
  /** Pieces of its output, one after the other. */
  readonly parts: readonly SpoolPart[]
}

/** What a model is shown of a command in the background, and the same as data. */
export function describeBackground({ id, standing, parts }: BackgroundReport): ToolOutput {
  const { pieces, omitted } = shownOf(parts)
  const told = standingNotes(id, standing).map((note) => `[${note}]`)
  const data: JsonObject = {
    id,
    ...standingData(standing),
    from: parts[0]?.from ?? 0,
    next: endOf(parts),
    outputBytes: parts.at(-1)?.total ?? 0,
    ...(omitted === 0 ? {} : { omittedBytes: omitted }),
  }
  return { content: [{ type: 'text', text: [...pieces, ...told].join('\n') }], structured: data }
}

function shownOf(parts: readonly SpoolPart[]): {
  readonly pieces: readonly string[]
  readonly omitted: number
} {
  const pieces: string[] = []
  let omitted = 0
  let end = parts[0]?.asked ?? 0
  for (const part of parts) {
    const gap = part.from - end
    if (gap > 0) pieces.push(gapNote(gap, end, part.first))
    omitted += Math.max(0, gap)
    const text = wholeText(part)
    if (text !== '') pieces.push(text.endsWith('\n') ? text.slice(0, -1) : text)
    end = part.from + part.bytes.length
  }
  return { pieces, omitted }
}

function gapNote(gap: number, from: number, first: number): string {
  const where =
    first > from
      ? `What came before byte ${first} is not kept any more`
      : `shell_output with from: ${from} shows them`
  return `[… ${gap} bytes were left out. ${where}.]`
}

function standingNotes(id: string, standing: Standing): readonly string[] {
  if (standing === 'running') return [`${id} runs`]
  if (standing === 'elsewhere')
    return [`${id} was started by another program, which may still run it: only that program can reach it`]
  if (standing === 'ended-with-program')
    return [`${id} ended with the program that ran it. This is what was kept of its output`]
  return [endNote(id, standing), ...standing.notes]
}

function endNote(id: string, { code, signal, stopped }: BackgroundEnd): string {
  if (stopped === 'timed-out') return `${id} took longer than it was given and was ended`
  if (stopped === 'killed') return `${id} was ended`
  if (stopped === 'closed') return `${id} was ended with the program that ran it`
  return signal === null
    ? `${id} ended. Exit code ${code ?? 'unknown'}`
    : `${id} was ended by signal ${signal}`
}

function standingData(standing: Standing): JsonObject {
  if (standing === 'running') return { running: true }
  if (standing === 'elsewhere') return { running: 'unknown' }
  if (standing === 'ended-with-program') return { running: false, ended: 'with-program', exitCode: null }
  const { code, signal, stopped } = standing
  return {
    running: false,
    ended: stopped === 'closed' ? 'with-program' : (stopped ?? 'itself'),
    exitCode: code,
    ...(signal === null ? {} : { signal }),
  }
}

/** Characters that an offset cuts in two are left out where others stand beside them. */
function wholeText({ bytes }: SpoolPart): string {
  return bytes.subarray(startOfCharacters(bytes), endOfCharacters(bytes)).toString('utf8')
}
