import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { ReportFormat } from '../definition/gate.ts'
import type { Finding } from './finding.ts'
import { parseJunit } from './parse-junit.ts'
import { parseTap } from './parse-tap.ts'

/** At most so many are kept. */
const mostFindings = 2_000

/** What a report says, or why it cannot be read. */
export type ReadReport =
  | { readonly type: 'read'; readonly findings: readonly Finding[] }
  | { readonly type: 'unreadable'; readonly reason: string }

/**
 * Reads what a tool printed: ESLint's `json`, SARIF 2.1.0, the lines of `tsc`, TAP 12 to 14, JUnit's XML. Words around a JSON document are passed over. Paths become relative to
 * the project. Never throws.
 */
export function parseReport(output: string, format: ReportFormat, root: string): ReadReport {
  try {
    const found = parsers[format](output)
    const findings = found
      .slice(0, mostFindings)
      .map((finding) => ({ ...finding, path: inProject(finding.path, root) }))
    return { type: 'read', findings }
  } catch (error) {
    return { type: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}

const parsers: Readonly<Record<ReportFormat, (output: string) => readonly Finding[]>> = {
  'eslint-json': parseEslint,
  sarif: parseSarif,
  tsc: parseTsc,
  tap: parseTap,
  junit: parseJunit,
}

function inProject(path: string, root: string): string {
  if (path === '') return ''
  const plain = path.startsWith('file:') ? fileURLToPath(path) : path
  const shown = plain.startsWith('/') || /^[A-Za-z]:[\\/]/.test(plain) ? relative(root, plain) : plain
  return shown.replaceAll('\\', '/').replace(/^\.\//, '')
}

function parseEslint(output: string): readonly Finding[] {
  const files = jsonIn(output, '[')
  if (!Array.isArray(files)) throw new Error('it is no list of files, as ESLint prints with --format json')
  return files.flatMap((file) =>
    list(record(file)['messages']).map((message) => {
      const { ruleId, message: words, line } = record(message)
      return {
        path: wordsOf(record(file)['filePath']),
        line: count(line),
        rule: wordsOf(ruleId),
        message: wordsOf(words),
      }
    }),
  )
}

function parseSarif(output: string): readonly Finding[] {
  const { runs } = record(jsonIn(output, '{'))
  if (!Array.isArray(runs)) throw new Error('it is no SARIF log: it has no runs')
  return runs.flatMap((run) => list(record(run)['results']).map(record).filter(isOpen).map(sarifFinding))
}

/** `kind` is `fail` when left out (SARIF 2.1.0, 3.27.9); accepted suppressions take a result away (3.27.23). */
function isOpen({ kind, suppressions }: Fields): boolean {
  const accepted = list(suppressions).some((one) => (record(one)['status'] ?? 'accepted') === 'accepted')
  return !accepted && (kind === undefined || kind === 'fail')
}

function sarifFinding({ ruleId, rule, message, locations }: Fields): Finding {
  const { artifactLocation, region } = record(record(list(locations)[0])['physicalLocation'])
  const { text: words, markdown } = record(message)
  return {
    path: decoded(wordsOf(record(artifactLocation)['uri'])),
    line: count(record(region)['startLine']),
    rule: wordsOf(ruleId ?? record(rule)['id']),
    message: wordsOf(words ?? markdown),
  }
}

function decoded(uri: string): string {
  try {
    return uri.startsWith('file:') ? uri : decodeURIComponent(uri)
  } catch {
    return uri
  }
}

const tscLine =
  /^(?<path>[^\s(][^(]*?)(?:\((?<line>\d+),\d+\)|:(?<pretty>\d+):\d+) ?[:-] error (?<rule>TS\d+): (?<message>.*)$/
const placeless = /^error (?<rule>TS\d+): (?<message>.*)$/

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const colours = /\u001B\[[\d;]*m/g

function parseTsc(output: string): readonly Finding[] {
  const lines = output.replaceAll(colours, '').split(/\r?\n/)
  return lines.flatMap((line): readonly Finding[] => {
    if (line.length > 10_000) return []
    const found = (tscLine.exec(line) ?? placeless.exec(line))?.groups
    if (found === undefined) return []
    const { path = '', rule = '', message = '' } = found
    return [{ path, line: Number(found['line'] ?? found['pretty'] ?? 0), rule, message }]
  })
}

type Fields = Readonly<Record<string, unknown>>

/** The JSON document in an output: package managers print words before it, and after it. */
function jsonIn(output: string, opening: '[' | '{'): unknown {
  let start = output.indexOf(opening)
  for (let tries = 0; start !== -1 && tries < 50; tries += 1) {
    const text = balanced(output, start)
    const value = text === undefined ? undefined : parsed(text)
    if (value !== undefined) return value
    start = output.indexOf(opening, start + 1)
  }
  throw new Error('there is no JSON in it')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** From a bracket to the one that closes it. */
function balanced(text: string, start: number): string | undefined {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]
    if (quoted) {
      if (letter === '\\') at += 1
      else quoted = letter !== '"'
    } else if (letter === '"') quoted = true
    else if (letter === '[' || letter === '{') depth += 1
    else if ((letter === ']' || letter === '}') && (depth -= 1) === 0) return text.slice(start, at + 1)
  }
  return undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Any object can be looked at by key. */
function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 0
}
