import type { ArtifactStore, FilePart, JsonValue, Label, TextPart, ToolOutput } from '@keepup/core'

import { countLines, cutText, type TextLimit } from './cut-text.ts'
import { spill } from './spill.ts'

/** Where the most is kept of what is left out. */
export interface OutputBounds {
  /** For the text of an output altogether; its `characters` also bound `structured` and each inline file. */
  readonly limit: TextLimit
  readonly artifacts: ArtifactStore | undefined
  readonly label: Label
}

/** Inline files stay as they are up to so many base64 characters where nothing stores artifacts. */
const mostInline = 8 * 1024 * 1024

/**
 * An output that fits into the log and the prompt. Of text that is too long, beginning and end are kept, with a note that says how much was
 * left out and which artifact holds the whole; inline files and structured data that are too long become artifacts.
 */
export function boundOutput(output: ToolOutput, bounds: OutputBounds): ToolOutput | Promise<ToolOutput> {
  // Nearly every output does: it costs no wait.
  return fits(output, bounds) ? output : makeFit(output, bounds)
}

function fits({ content, structured }: ToolOutput, bounds: OutputBounds): boolean {
  let remaining = bounds.limit
  for (const part of content) {
    if (part.type === 'file') {
      if (isTooLarge(part, bounds)) return false
    } else {
      if (cutText(part.text, remaining) !== undefined) return false
      if (content.length > 1) remaining = minus(remaining, part.text)
    }
  }
  if (structured === undefined) return true
  const json = stringify(structured)
  return json !== undefined && json.length <= bounds.limit.characters
}

function isTooLarge({ source }: FilePart, { artifacts, limit }: OutputBounds): boolean {
  const most = artifacts === undefined ? mostInline : limit.characters
  return 'base64' in source && source.base64.length > most
}

async function makeFit(output: ToolOutput, bounds: OutputBounds): Promise<ToolOutput> {
  const content = await boundContent(output.content, bounds)
  const structured = await boundStructured(output, bounds)
  const { structured: data, artifacts = [], ...rest } = output
  const bounded = structured === undefined ? content : [...content, structured]
  return {
    ...rest,
    content: bounded.map(({ part }) => part),
    ...(structured === undefined && data !== undefined ? { structured: data } : {}),
    ...named([...artifacts, ...bounded.flatMap(({ spilled }) => spilled)]),
  }
}

async function boundContent(
  content: ToolOutput['content'],
  bounds: OutputBounds,
): Promise<readonly Bounded[]> {
  const bounded: Bounded[] = []
  let remaining = bounds.limit
  for (const part of content) {
    if (part.type === 'file') {
      bounded.push(await boundFile(part, bounds))
    } else {
      bounded.push(await boundText(part, remaining, bounds))
      remaining = minus(remaining, part.text)
    }
  }
  return bounded
}

interface Bounded {
  readonly part: TextPart | FilePart
  readonly spilled: readonly string[]
}

async function boundText(part: TextPart, limit: TextLimit, bounds: OutputBounds): Promise<Bounded> {
  const cut = cutText(part.text, limit)
  if (cut === undefined) return { part, spilled: [] }
  const stored = await spill(Buffer.from(part.text), 'text/plain; charset=utf-8', bounds)
  const note = `[… ${cut.characters} characters in ${cut.lines} lines were left out. ${stored.note}]`
  const text = `${endLine(cut.head)}${endLine(note)}${cut.tail}`
  return { part: { ...part, text }, spilled: stored.hashes }
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

async function boundFile(part: FilePart, bounds: OutputBounds): Promise<Bounded> {
  if (!('base64' in part.source) || !isTooLarge(part, bounds)) return { part, spilled: [] }
  const { base64 } = part.source
  const stored = await spill(Buffer.from(base64, 'base64'), part.mediaType, bounds)
  const [artifact] = stored.hashes
  if (artifact !== undefined) return { part: { ...part, source: { artifact } }, spilled: [] }
  const text = `[A file of type ${part.mediaType} (${base64.length} base64 characters) was left out. ${stored.note}]`
  return { part: { type: 'text', text }, spilled: [] }
}

async function boundStructured(
  { structured }: ToolOutput,
  bounds: OutputBounds,
): Promise<Bounded | undefined> {
  if (structured === undefined) return undefined
  const json = stringify(structured)
  if (json === undefined) {
    return { part: { type: 'text', text: '[Structured data was left out: it is no JSON.]' }, spilled: [] }
  }
  if (json.length <= bounds.limit.characters) return undefined
  const stored = await spill(Buffer.from(json), 'application/json', bounds)
  const text = `[Structured data of ${json.length} characters was left out. ${stored.note}]`
  return { part: { type: 'text', text }, spilled: stored.hashes }
}

/** Types promise JSON; plain JavaScript does not. */
function stringify(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function minus(limit: TextLimit, text: string): TextLimit {
  return {
    characters: Math.max(0, limit.characters - text.length),
    lines: Math.max(0, limit.lines - countLines(text, limit.lines)),
  }
}

function named(artifacts: readonly string[]): { readonly artifacts?: readonly string[] } {
  return artifacts.length === 0 ? {} : { artifacts: [...new Set(artifacts)] }
}
