import type { Tool, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { createSeenFiles, type SeenFiles } from './editing/seen-files.ts'
import { artifactOf, readArtifact } from './read-artifact.ts'
import { type FileText, readText } from './read-text.ts'
import { lexicalPath, resolvePath } from './resolve-path.ts'

/** The input of {@link readTool}. */
export interface ReadInput {
  readonly path: string
  /** The first line, from 1. */
  readonly offset?: number
  /** How many lines. */
  readonly limit?: number
  readonly numbered?: boolean
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
    numbered: { type: 'boolean', description: 'Whether to put its number before each line' },
  },
  required: ['path'],
  additionalProperties: false,
})

/**
 * `read {path, offset?, limit?, numbered?}`: the text of a file inside `root` as it is, line breaks and byte order mark included. Of a long one the
 * first 2,000 lines or 48,000 characters, with a note where to go on. Binary files, folders, pipes, and files above 10 MiB without
 * `offset` or `limit`, are refused with what to do instead. `artifact:HASH` reads what an earlier output of the thread left out, with its label; a file of
 * such a name is `./artifact:...`.
 */
export function readTool(root: string, seen: SeenFiles = createSeenFiles()): Tool<ReadInput> {
  return {
    name: 'read',
    description:
      'Reads a text file of the project. A long file is given in parts: go on with `offset`. Lines come as they are, without numbers unless asked for.',
    input,
    repeat: 'safe',
    effects: ({ path }) =>
      artifactOf(path) === undefined ? [{ kind: 'read', target: lexicalPath(root, path) }] : [],
    sinks: { '/path': 'path', '/offset': 'scalar', '/limit': 'scalar', '/numbered': 'scalar' },
    produces: { default: 'free-text' },
    async run({ path, offset, limit, numbered = false }, { artifacts, call }) {
      const range = { from: offset, lines: limit }
      const hash = artifactOf(path)
      if (hash !== undefined) {
        const { text, label } = await readArtifact(hash, range, artifacts)
        return { ...outputOf(path, text, numbered), labels: { default: label } }
      }
      const place = await resolvePath(root, path)
      const found = await readText(place, range)
      if (found.whole !== undefined) seen.remember(call.thread, place.absolute, found.whole.hash)
      return outputOf(place.shown, found, numbered)
    },
  }
}

function outputOf(path: string, found: FileText, numbered: boolean): ToolOutput {
  const { from, to, more, size, whole, note } = found
  const text = numbered ? withNumbers(found) : found.text
  const notes = [...(text === '' ? [emptyNote(found)] : []), ...(note === undefined ? [] : [note])]
  const parts = [...(text === '' ? [] : [text]), ...notes.map((told) => `[${told}]`)]
  return {
    content: parts.map((part) => ({ type: 'text', text: part })),
    structured: { path, from, to, more, size, ...whole },
  }
}

function emptyNote({ from, size }: FileText): string {
  return size === 0 ? 'The file is empty' : `The file has fewer than ${from} lines`
}

function withNumbers({ text, from }: FileText): string {
  const end = text.endsWith('\n') ? '\n' : ''
  const lines = text.slice(0, text.length - end.length).split('\n')
  return text === '' ? '' : lines.map((line, index) => `${from + index}\t${line}`).join('\n') + end
}
