import { realpathSync } from 'node:fs'

import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRepositoryMapper } from '@keepup/memory/context'

import { repositoryFiles } from './repository-files.ts'

/** The input of {@link mapTool}. */
export interface MapToolInput {
  readonly words?: readonly string[]
  readonly budget?: number
}

/** In tokens. */
const usualBudget = 1_500

const input = jsonSchema<MapToolInput>({
  type: 'object',
  properties: {
    words: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 200 },
      maxItems: 50,
      description: 'Names that come first, where they are declared',
    },
    budget: { type: 'integer', minimum: 100, maximum: 20_000, description: 'In tokens (default 1,500)' },
  },
  additionalProperties: false,
})

/** `repository_map {words, budget}`: the declarations of the sources in a folder that the others speak of most, by file and line. */
export function mapTool(folder: string): Tool<MapToolInput> {
  const mapper = createRepositoryMapper()
  return {
    name: 'repository_map',
    description: 'Shows the declarations of the project that most other files use, by file and line.',
    input,
    repeat: 'safe',
    effects: () => [{ kind: 'read', target: folder }],
    produces: { default: 'free-text' },
    run: async ({ words = [], budget = usualBudget }, { signal }) => {
      const files = await repositoryFiles(realpathSync(folder), signal)
      const text = mapper.map(files, { budget, words }) || `Nothing is known of ${files.length} source files.`
      return { content: [{ type: 'text', text }] }
    },
  }
}
