import type { Tool, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { createSeenFiles, type SeenFiles } from './editing/seen-files.ts'
import { artifactOf, readArtifact } from './read-artifact.ts'
import { type FileText, readText } from './read-text.ts'
import { readFormatted } from './reading/read-formatted.ts'
import { type AskedRange, neighbours, type ReadRange, readRange } from './reading/read-range.ts'
import { lexicalPath, resolvePath } from './resolve-path.ts'

/** The input of {@link readTool}. */
export interface ReadInput extends AskedRange {
  readonly path: string
  readonly numbered?: boolean
  /** Whether a notebook is shown as the JSON that it is. */
  readonly raw?: boolean
}

const input = jsonSchema<ReadInput>({
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description:
        'The file, relative to the project folder; or artifact:HASH, as an output that was cut names it',
    },
    offset: { type: 'integer', minimum: 1, description: 'First line to read, from 1' },
    limit: { type: 'integer', minimum: 1, description: 'How many lines to read; 2000 when left out' },
    line: {
      type: 'integer',
      minimum: 1,
      description: 'In place of offset: a line to go to, shown in the middle of a window',
    },
    lines: { type: 'integer', minimum: 1, description: 'How large the window is; 100 lines when left out' },
    raw: { type: 'boolean', description: 'Whether to show a notebook as the JSON that it is' },
    numbered: { type: 'boolean', description: 'Whether to put its number before each line' },
  },
  required: ['path'],
  additionalProperties: false,
})

/**
 * `read {path, offset?, limit?, line?, lines?, numbered?, raw?}`: the text of a file inside `root` as it is, line breaks and byte order mark included. Of a long
 * one the first 2,000 lines or 48,000 characters, with a note where to go on; with `line` a window around it, and how to scroll. Pictures come as files for the
 * model, notebooks as cells, PDFs as text. Other binary files, folders, pipes, and files above 10 MiB without a range, are refused with what to do
 * instead. `artifact:HASH` reads what an earlier output of the thread left out, with its label; a file of such a name is `./artifact:...`. The hash in the
 * structured result is that of the whole file.
 */
export function readTool(root: string, seen: SeenFiles = createSeenFiles()): Tool<ReadInput> {
  return {
    name: 'read',
    description:
      'Reads a file of the project: text, a picture, a notebook, a PDF. A long one is given in parts: go on with `offset`, or look around a `line`. Lines come as they are, without numbers unless asked for.',
    input,
    repeat: 'safe',
    effects: ({ path }) =>
      artifactOf(path) === undefined ? [{ kind: 'read', target: lexicalPath(root, path) }] : [],
    sinks: {
      '/path': 'path',
      '/offset': 'scalar',
      '/limit': 'scalar',
      '/line': 'scalar',
      '/lines': 'scalar',
      '/numbered': 'scalar',
      '/raw': 'scalar',
    },
    produces: { default: 'free-text' },
    async run(asked, { artifacts, call, signal }) {
      const { path, numbered = false, raw = false } = asked
      const range = readRange(asked)
      const artifact = artifactOf(path)
      if (artifact !== undefined) {
        const { text, label } = await readArtifact(artifact, range, artifacts)
        return { ...outputOf(path, text, range, numbered), labels: { default: label } }
      }
      const place = await resolvePath(root, path)
      const formatted = raw ? undefined : await readFormatted(place, range, signal)
      if (formatted !== undefined) {
        seen.remember(call.thread, place.absolute, formatted.hash)
        if (formatted.type === 'file') return formatted.output
        const { found, note, hash } = formatted
        return outputOf(place.shown, { ...found, hash }, range, numbered, [note])
      }
      const { whole, ...found } = await readText(place, range)
      if (whole !== undefined) seen.remember(call.thread, place.absolute, whole.hash)
      return outputOf(place.shown, { ...found, ...whole }, range, numbered)
    },
  }
}

interface ShownText extends FileText {
  /** Of the whole file, where it is known. */
  readonly hash?: string
  readonly lines?: number
}

function outputOf(
  path: string,
  found: ShownText,
  range: ReadRange,
  numbered: boolean,
  told: readonly string[] = [],
): ToolOutput {
  const { from, to, more, size, hash, lines } = found
  const text = numbered ? withNumbers(found) : found.text
  const scroll = neighbours(range, found)
  const notes = [...(text === '' ? [emptyNote(found)] : []), ...noteOf(found, range), ...told]
  const parts = [...(text === '' ? [] : [text]), ...notes.map((note) => `[${note}]`)]
  return {
    content: parts.map((part) => ({ type: 'text', text: part })),
    structured: {
      path,
      from,
      to,
      more,
      size,
      ...(hash === undefined ? {} : { hash }),
      ...(lines === undefined ? {} : { lines }),
      ...scroll,
    },
  }
}

function noteOf(found: ShownText, range: ReadRange): readonly string[] {
  if (range.window === undefined || found.text === '') return found.note === undefined ? [] : [found.note]
  const { previous, next } = neighbours(range, found)
  const total = found.lines === undefined ? '' : ` of ${found.lines}`
  const before = previous === undefined ? 'nothing before' : `before: line ${previous}`
  const after = next === undefined ? 'nothing after' : `after: line ${next}`
  const others = found.note?.replace(/Lines \d+ to \d+; the file goes on\..*$/, '') ?? ''
  return [`${others}Lines ${found.from} to ${found.to}${total}; ${before}; ${after}`]
}

function emptyNote({ from, size }: FileText): string {
  return size === 0 ? 'The file is empty' : `The file has fewer than ${from} lines`
}

function withNumbers({ text, from }: FileText): string {
  const end = text.endsWith('\n') ? '\n' : ''
  const lines = text.slice(0, text.length - end.length).split('\n')
  return text === '' ? '' : lines.map((line, index) => `${from + index}\t${line}`).join('\n') + end
}
