import { KeepupError, type Milliseconds, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { shownPath } from '../findings/shown-path.ts'
import { resolvePath } from '../resolve-path.ts'
import { readSource } from '../source-text.ts'
import { codeEffects } from './code-effects.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { describeServers } from './describe-answers.ts'
import type { Location } from './read-answer.ts'

/** A name in a file, as a model gives it. */
export interface NameInput {
  readonly path: string
  readonly line: number
  readonly symbol: string
  readonly occurrence?: number
}

/** The properties of {@link NameInput} as JSON Schema. */
export const nameProperties = {
  path: { type: 'string', minLength: 1, description: 'The file, relative to the project folder' },
  line: { type: 'integer', minimum: 1, description: 'The line that holds the name, from 1' },
  symbol: {
    type: 'string',
    minLength: 1,
    maxLength: 500,
    description: 'The name, as it stands in that line',
  },
  occurrence: {
    type: 'integer',
    minimum: 1,
    description: 'Which one where the name stands several times in the line, from 1; the first when left out',
  },
} as const

const input = jsonSchema<NameInput>({
  type: 'object',
  properties: nameProperties,
  required: ['path', 'line', 'symbol'],
  additionalProperties: false,
})

/** @limit How many places are shown. */
const most = 100

const descriptions = {
  definition: 'Finds where a name of the code is declared.',
  references: 'Finds every place where a name of the code is used, its declaration included.',
}

/**
 * `definition` and `references` `{path, line, symbol, occurrence?}`: where a name is declared or used, at most 100 places, each with its line. Fails where the
 * name does not stand in that line, and where no server could answer.
 */
export function locationTool(
  intelligence: CodeIntelligence,
  wait: Milliseconds,
  name: 'definition' | 'references',
): Tool<NameInput> {
  return {
    name,
    description: descriptions[name],
    input,
    repeat: 'safe',
    effects: ({ path }) => codeEffects(intelligence, path),
    sinks: { '/path': 'path', '/line': 'scalar', '/symbol': 'content', '/occurrence': 'scalar' },
    produces: { default: 'free-text' },
    async run({ path, ...asked }, { signal }) {
      const place = await resolvePath(intelligence.root, path)
      const answer = await intelligence[name]({ path: place.absolute, ...asked }, { wait, signal })
      checkAnswered(answer.servers)
      const shown = await Promise.all(
        answer.found.slice(0, most).map((location) => showLocation(intelligence.root, location)),
      )
      const lines = shown.map(({ path: at, line, column, text }) => `${at}:${line}:${column}\t${text}`)
      if (lines.length === 0) lines.push(`[Nothing was found for "${asked.symbol}"]`)
      if (answer.found.length > most) lines.push(`[${answer.found.length - most} more places are not shown]`)
      return {
        content: [{ type: 'text', text: [...lines, ...describeServers(answer.servers)].join('\n') }],
        structured: { places: shown, total: answer.found.length },
      }
    },
  }
}

/** Fails `tool-failed` where no server answered, saying why. */
export function checkAnswered(servers: Parameters<typeof describeServers>[0]): void {
  if (servers.some(({ state }) => state === 'answered')) return
  const told = describeServers(servers).join(' ')
  const reason = told === '' ? 'No language server is known for this kind of file.' : told
  throw new KeepupError('tool-failed', `No language server could answer. ${reason} Search with grep instead.`)
}

async function showLocation(
  root: string,
  { path, range }: Location,
): Promise<{ readonly path: string; readonly line: number; readonly column: number; readonly text: string }> {
  const source = await readSource(path).catch(() => undefined)
  const text = source?.split(/\r?\n/)[range.start.line]?.trim().slice(0, 200) ?? ''
  return { path: shownPath(root, path), line: range.start.line + 1, column: range.start.character + 1, text }
}
