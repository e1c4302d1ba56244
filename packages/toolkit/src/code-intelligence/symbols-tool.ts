import type { Milliseconds, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { shownPath } from '../findings/shown-path.ts'
import { resolvePath } from '../resolve-path.ts'
import { codeEffects } from './code-effects.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { describeServers } from './describe-answers.ts'
import { checkAnswered } from './location-tool.ts'

/** The input of {@link symbolsTool}. */
export interface SymbolsInput {
  readonly path: string
  /** For the symbols of the whole project that resemble it. */
  readonly name?: string
}

const input = jsonSchema<SymbolsInput>({
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description:
        'The file whose symbols to list, relative to the project folder; with name, any file of the project',
    },
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      description: 'To search the whole project for symbols of this name instead',
    },
  },
  required: ['path'],
  additionalProperties: false,
})

/** @limit How many symbols are shown. */
const most = 300

/** `symbols {path, name?}`: the functions, classes and so on of a file, or those of its project whose name resembles one, at most 300. */
export function symbolsTool(intelligence: CodeIntelligence, wait: Milliseconds): Tool<SymbolsInput> {
  return {
    name: 'symbols',
    description: 'Lists what a file declares, or finds declarations in the whole project by name.',
    input,
    repeat: 'safe',
    effects: ({ path }) => codeEffects(intelligence, path),
    sinks: { '/path': 'path', '/name': 'content' },
    produces: { default: 'free-text' },
    async run({ path, name }, { signal }) {
      const place = await resolvePath(intelligence.root, path)
      const of = { path: place.absolute, ...(name === undefined ? {} : { name }) }
      const { found, servers } = await intelligence.symbols(of, { wait, signal })
      checkAnswered(servers)
      const symbols = found.slice(0, most).map((symbol) => ({
        path: symbol.path === undefined ? place.shown : shownPath(intelligence.root, symbol.path),
        line: symbol.range.start.line + 1,
        kind: symbol.kind,
        name: symbol.container === undefined ? symbol.name : `${symbol.container}.${symbol.name}`,
      }))
      const lines = symbols.map((symbol) => `${symbol.path}:${symbol.line}\t${symbol.kind} ${symbol.name}`)
      if (lines.length === 0) lines.push('[No symbols were found]')
      if (found.length > most) lines.push(`[${found.length - most} more symbols are not shown]`)
      return {
        content: [{ type: 'text', text: [...lines, ...describeServers(servers)].join('\n') }],
        structured: { symbols, total: found.length },
      }
    },
  }
}
