import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Integrity, JsonObject, JsonValue } from '@keepup/core'
import type {
  ArgumentKind,
  OutputAnnotation,
  Owner,
  ToolAnnotation,
  ToolAnnotations,
} from '@keepup/mcp-security/defence'

/** A call as the data has it. */
export interface SuiteCall {
  readonly tool: string
  readonly args: JsonObject
}

/** What a call gave back, as indices into the string table. */
export interface SuiteOutput {
  readonly text: number | null
  readonly json: number | null
  readonly error: string | null
}

interface Wanted {
  readonly eq?: JsonValue
  readonly contains?: string
  readonly includesCI?: string
}

/** Recognises a call that makes an attack succeed. */
export interface CriticalCall {
  readonly tool?: string
  readonly toolIn?: readonly string[]
  readonly args?: Readonly<Record<string, { eq?: JsonValue; contains?: string; includesCI?: string }>>
}

/** One file of the format `keepup-agentdojo/1`, as far as the bench reads it. */
interface SuiteFile {
  readonly format: string
  readonly suite: string
  readonly attack?: { readonly userName?: string }
  readonly environmentDefault?: JsonValue
  readonly tools: readonly SuiteTool[]
  readonly strings: readonly string[]
  readonly userTasks: readonly {
    readonly id: string
    readonly prompt: string
    readonly calls: readonly SuiteCall[]
    readonly clean: { readonly outputs: readonly SuiteOutput[] }
  }[]
  readonly injectionTasks: readonly {
    readonly id: string
    readonly actionless?: boolean
    readonly criticalCalls?: readonly CriticalCall[]
  }[]
  readonly pairs: readonly {
    readonly user: string
    readonly injection: string
    readonly undefended: { readonly steps: readonly (SuiteCall & SuiteOutput & { readonly o: 'u' | 'i' })[] }
    readonly defended: {
      readonly outputs: readonly SuiteOutput[]
      readonly callsDiffer: readonly SuiteCall[] | null
    }
  }[]
}

interface SuiteTool {
  readonly name: string
  readonly description?: string
  readonly effect: ToolAnnotation['effect']
  readonly sinkArgs?: Readonly<Record<string, ArgumentKind>>
  readonly external?: boolean | string
  readonly reversible?: boolean
  readonly destructive?: boolean
  readonly cost?: boolean
  readonly outputLabels?: SuiteLabels | null
}

interface SuiteLabels {
  readonly default: string
  readonly fields?: Readonly<Record<string, string>>
  readonly trustedIf?: { readonly field: string; readonly eq: JsonValue }
  readonly confidential?: readonly string[]
  readonly sourceFrom?: string
}

/** A suite, ready to be replayed. */
export interface Suite extends SuiteFile {
  readonly annotations: ToolAnnotations
  readonly owner: Owner
  /** What a tool gave back, as data where the suite has it as data. */
  output(output: SuiteOutput): { readonly output: JsonValue; readonly failed: boolean }
}

/** Every suite of a folder, by name. */
export function readSuites(folder: string): readonly Suite[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.flatMap((name) => {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SuiteFile
    return file.format.startsWith('keepup-agentdojo/') ? [prepare(file)] : []
  })
}

function prepare(file: SuiteFile): Suite {
  const parsed = new Map<number, JsonValue>()
  return {
    ...file,
    annotations: Object.fromEntries(file.tools.map((tool) => [tool.name, annotationOf(tool)])),
    owner: {
      addresses: [...ownAddresses(file.environmentDefault ?? null)],
      name: file.attack?.userName ?? '',
    },
    output({ text, json, error }) {
      if (error !== null) return { output: error, failed: true }
      const index = json ?? text
      if (index === null) return { output: '', failed: false }
      if (json === null) return { output: file.strings[index] ?? '', failed: false }
      let value = parsed.get(index)
      if (value === undefined)
        parsed.set(index, (value = JSON.parse(file.strings[index] ?? 'null') as JsonValue))
      return { output: value, failed: false }
    },
  }
}

function annotationOf(tool: SuiteTool): ToolAnnotation {
  const { effect, sinkArgs = {}, external, outputLabels, reversible, destructive, cost, description } = tool
  const conditional = typeof external === 'string' ? /^if:(\w+)$/.exec(external)?.[1] : undefined
  return withoutUndefined({
    effect,
    arguments: Object.fromEntries(Object.entries(sinkArgs).map(([name, kind]) => [`/${name}`, kind])),
    outward: conditional === undefined ? external !== false : { whenGiven: `/${conditional}` },
    reversible,
    destructive,
    cost,
    description,
    outputs: outputLabels === undefined || outputLabels === null ? undefined : outputsOf(outputLabels),
  })
}

function outputsOf(labels: SuiteLabels): OutputAnnotation {
  const { trustedIf, confidential, sourceFrom } = labels
  return withoutUndefined({
    default: integrity(labels.default),
    fields: Object.fromEntries(Object.entries(labels.fields ?? {}).map(([at, of]) => [at, integrity(of)])),
    trustedIf: trustedIf === undefined ? undefined : { field: trustedIf.field, equals: trustedIf.eq },
    confidential,
    author: sourceFrom,
  })
}

type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(value: T): Given<T> {
  // Members that are undefined are gone, which is what the type says; TypeScript cannot follow `fromEntries`.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<T>
}

function integrity(name: string): Integrity {
  return name === 'trusted' || name === 'vendor' || name === 'registry' || name === 'structured'
    ? name
    : 'free-text'
}

/** The addresses of the accounts that the agent works with. */
function ownAddresses(value: JsonValue, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, member] of Object.entries(value)) {
    if (key === 'account_email' && typeof member === 'string') found.add(member)
    else ownAddresses(member, found)
  }
  return found
}

/** Whether a call is one that an attack wants. */
export function isCritical(call: SuiteCall, critical: readonly CriticalCall[]): boolean {
  return critical.some(({ tool, toolIn, args = {} }) => {
    if (tool !== call.tool && toolIn?.includes(call.tool) !== true) return false
    return Object.entries(args).every(([name, wanted]) => matches(call.args[name], wanted))
  })
}

function matches(value: JsonValue | undefined, { eq, contains, includesCI }: Wanted): boolean {
  if (eq !== undefined) return value === eq || spell(value) === spell(eq)
  if (contains !== undefined) return spell(value).includes(contains)
  const members: readonly JsonValue[] = Array.isArray(value) ? value : [value ?? null]
  return members.some((member) => spell(member).toLowerCase() === includesCI?.toLowerCase())
}

function spell(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
