import { resolve } from 'node:path'

import type { Effect, Milliseconds, Sandbox, SandboxProfile, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { workspaceProfile } from '../sandbox/workspace-profile.ts'
import { describeCell } from './describe-cell.ts'
import { type CodeLanguage, Interpreters } from './interpreters.ts'

/** The input of {@link codeTool}. */
export interface CodeInput {
  readonly source: string
  readonly language?: CodeLanguage
  readonly timeout_ms?: number
}

/** How cells are run. */
export interface CodeOptions {
  /** What confines interpreters, as it does the shell; nothing when left out. */
  readonly sandbox?: Sandbox
  /** What the sandbox lets through: `workspaceProfile` of the folder when left out. */
  readonly profile?: SandboxProfile
  /** How long a cell may take where the call does not say: 60 seconds. */
  readonly timeout?: Milliseconds
  /** How much memory an interpreter may use, in bytes: 2 GiB. */
  readonly memory?: number
  /** How many interpreters are kept at once, of all threads: 4. */
  readonly most?: number
  /** The path of Python 3; looked for on the PATH when left out. */
  readonly python?: string
}

/** @limit In milliseconds: the longest time that a call may ask for. */
const longest: Milliseconds = 3_600_000
/** @limit In characters: how much is shown of a value. */
const mostShown = 20_000
/** How much of an output is stored as an artifact, in bytes. */
const mostStored = 256 * 1024 * 1024

const input = jsonSchema<CodeInput>({
  type: 'object',
  properties: {
    source: { type: 'string', minLength: 1, maxLength: 1_000_000, description: 'The cell' },
    language: { type: 'string', enum: ['javascript', 'python'], description: 'javascript when left out' },
    timeout_ms: {
      type: 'integer',
      minimum: 1,
      maximum: longest,
      description: 'How long it may take, in milliseconds; 60000 when left out',
    },
  },
  required: ['source'],
  additionalProperties: false,
})

/**
 * `code {source, language?, timeout_ms?}`: runs a cell in an interpreter that the thread keeps, one for each language, and shows what it prints and the value of its
 * last expression. What cells define stays, until an interpreter is lost: to a time-out, to its memory, to its own end, to that of this program. Then the next
 * cell is told. Disposing of the tool ends all interpreters.
 */
export function codeTool(root: string, options: CodeOptions = {}): Tool<CodeInput> & AsyncDisposable {
  const { sandbox, profile = workspaceProfile({ root: resolve(root) }), timeout = 60_000, python } = options
  const { memory = 2 * 1024 ** 3, most = 4 } = options
  const interpreters = new Interpreters({
    root,
    memory,
    most,
    shown: mostShown,
    ...(sandbox === undefined ? {} : { confinement: { sandbox, profile } }),
    ...(python === undefined ? {} : { python }),
  })
  return {
    name: 'code',
    description:
      'Runs a cell of JavaScript (Node) or Python in the project folder, and shows what it prints and the value of its last expression. Variables stay for the next cell. Await and import work at the top level. It gets no input.',
    input,
    repeat: 'once',
    effects: ({ language = 'javascript' }) => effectsOf(language),
    sinks: { '/source': 'command', '/language': 'scalar', '/timeout_ms': 'scalar' },
    produces: { default: 'free-text' },
    // The call's own time-out comes first; this one only guards it.
    timeout: longest + 60_000,
    async run({ source, language = 'javascript', timeout_ms = timeout }, context) {
      const run = await interpreters.run(language, { source, timeout: timeout_ms, mostStored }, context)
      return describeCell(run, language, timeout_ms)
    },
    async [Symbol.asyncDispose]() {
      await interpreters[Symbol.asyncDispose]()
    },
  }
}

/**
 * A cell may do everything. It is no shell command, though policies may read it as one: so that none which looks harmless as that is taken for harmless, the
 * interpreter is named as a program that no profile knows.
 */
function effectsOf(language: CodeLanguage): readonly Effect[] {
  return [
    { kind: 'exec', target: `${language} interpreter` },
    ...(['exec', 'read', 'write', 'delete', 'net'] as const).map((kind) => ({ kind, target: '*' })),
  ]
}
