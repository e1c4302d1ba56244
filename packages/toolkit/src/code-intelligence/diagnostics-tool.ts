import type { Milliseconds, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { resolvePath } from '../resolve-path.ts'
import { codeEffects } from './code-effects.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { describeReport } from './describe-answers.ts'
import { structuredOf } from './structured-report.ts'

/** The input of {@link diagnosticsTool}. */
export interface DiagnosticsInput {
  readonly paths: readonly string[]
}

const input = jsonSchema<DiagnosticsInput>({
  type: 'object',
  properties: {
    paths: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      maxItems: 50,
      description: 'The files to check, relative to the project folder',
    },
  },
  required: ['paths'],
  additionalProperties: false,
})

/**
 * `diagnostics {paths}`: what compilers and linters say of files, by language servers, at most 50 findings. A server that is starting, missing or broken is
 * told of: "no findings" is said only where every file was looked at.
 */
export function diagnosticsTool(intelligence: CodeIntelligence, wait: Milliseconds): Tool<DiagnosticsInput> {
  return {
    name: 'diagnostics',
    description: 'Lists the errors and warnings of files, as compilers and linters find them.',
    input,
    repeat: 'safe',
    effects: ({ paths }) => paths.flatMap((path) => codeEffects(intelligence, path)),
    sinks: { '/paths': 'path' },
    produces: { default: 'free-text' },
    async run({ paths }, { signal }) {
      const places = await Promise.all(paths.map((path) => resolvePath(intelligence.root, path)))
      const asked = [...new Set(places.map(({ absolute }) => absolute))]
      const report = await intelligence.diagnostics(asked, { wait, signal })
      const none = `No findings in ${asked.length === 1 ? 'the file' : `the ${asked.length} files`}.`
      return {
        content: [{ type: 'text', text: describeReport(report, none) }],
        structured: structuredOf(report),
      }
    },
  }
}
