import { realpath } from 'node:fs/promises'
import { join } from 'node:path'

import type { Effect, Tool, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { readPattern } from './read-pattern.ts'
import { lexicalPath, resolvePath } from './resolve-path.ts'
import { type Findings, searchFiles } from './search-files.ts'
import { findRipgrep } from './searching/find-ripgrep.ts'

/** The input of {@link grepTool}. */
export interface GrepInput {
  readonly pattern: string
  readonly path?: string
}

/** How `grep` searches. */
export interface GrepOptions {
  /** The path of ripgrep; `false` to search without it. Looked for in PATH when left out. It is only faster: the results are the same. */
  readonly ripgrep?: string | false
}

const input = jsonSchema<GrepInput>({
  type: 'object',
  properties: {
    pattern: {
      type: 'string',
      minLength: 1,
      maxLength: 2_000,
      description: 'A JavaScript regular expression, matched line by line; begin with (?i) to ignore case',
    },
    path: {
      type: 'string',
      minLength: 1,
      description: 'The file or folder to look in, relative to the project folder; all of it when left out',
    },
  },
  required: ['pattern'],
  additionalProperties: false,
})

/**
 * `grep {pattern, path?}`: lines of the files inside `root` that match a JavaScript regular expression, as `path:line:text`, at most 200. Leaves out
 * binary files, files above 10 MiB, symbolic links, and, below a folder, what git would ignore. Long lines are cut around the match. A pattern that
 * takes too long is a failure, never a hang. Where ripgrep is installed it finds the files with a match first, which is much faster; where it cannot read
 * the pattern or a file, all is done without it.
 */
export function grepTool(root: string, { ripgrep }: GrepOptions = {}): Tool<GrepInput> {
  return {
    name: 'grep',
    description:
      'Searches the lines of the project\'s text files for a regular expression and returns "path:line:text". Files that git ignores are left out.',
    input,
    repeat: 'safe',
    effects: ({ path = '.' }) => beneath(lexicalPath(root, path)),
    sinks: { '/pattern': 'scalar', '/path': 'path' },
    produces: { default: 'free-text' },
    async run({ pattern, path = '.' }, { signal }) {
      const expression = readPattern(pattern)
      const place = await resolvePath(root, path)
      const program = ripgrep === false ? undefined : (ripgrep ?? (await findRipgrep()))
      const search = { root: await realpath(root), place, expression, signal, ripgrep: program }
      return outputOf(await searchFiles(search))
    },
  }
}

function outputOf({ matches, more, skipped }: Findings): ToolOutput {
  const lines = matches.map(({ path, line, text }) => `${path}:${line}:${text}`)
  const files = new Set(matches.map(({ path }) => path)).size
  const notes: string[] = []
  if (matches.length === 0)
    notes.push('[No line matches. Binary files and files that git ignores are left out]')
  if (more)
    notes.push(
      `[There are more than ${matches.length} matches; these are of ${files} ${files === 1 ? 'file' : 'files'}: narrow the pattern or the path]`,
    )
  if (skipped.length > 0)
    notes.push(`[Not searched, being too large or not readable: ${skipped.slice(0, 10).join(', ')}]`)
  return {
    content: [{ type: 'text', text: [...lines, ...notes].join('\n') }],
    structured: { matches: matches.map((match) => ({ ...match })), files, more },
  }
}

/** The place itself, and everything that may lie below it. */
function beneath(target: string): readonly Effect[] {
  return [
    { kind: 'read', target },
    { kind: 'read', target: join(target, '**') },
  ]
}
