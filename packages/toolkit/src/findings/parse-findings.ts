import type { Finding, Severity } from './finding.ts'
import { parseSarif } from './parse-sarif.ts'

/**
 * What linters print: `eslint-json` (ESLint's `json` formatter, and those of others that print the same), `sarif` (SARIF 2.1.0), `tsc` (the compiler's lines, plain or
 * pretty), `unix` (`path:line:column: message`, as pyflakes and many others print).
 */
export type FindingFormat = 'eslint-json' | 'sarif' | 'tsc' | 'unix'

/** Reads what a linter printed, with the paths as they stand there. Throws where it is not of the format. */
export function parseFindings(text: string, format: FindingFormat, source: string): readonly Finding[] {
  if (format === 'sarif') return parseSarif(JSON.parse(text), source)
  if (format === 'eslint-json') return parseEslint(JSON.parse(text), source)
  return format === 'tsc' ? parseTsc(text, source) : parseUnix(text, source)
}

function parseEslint(value: unknown, source: string): readonly Finding[] {
  if (!Array.isArray(value)) throw new Error('it is no list of files, as ESLint prints')
  return value.flatMap((file: unknown) => {
    const { filePath, messages } = recordFrom(file)
    if (typeof filePath !== 'string' || !Array.isArray(messages)) throw new Error('it is no list of files')
    return messages.map((message: unknown): Finding => {
      const { ruleId, severity, message: words, line, column } = recordFrom(message)
      return {
        path: filePath,
        line: countFrom(line),
        column: countFrom(column),
        severity: severity === 1 ? 'warning' : 'error',
        source,
        message: typeof words === 'string' ? words : '',
        ...(typeof ruleId === 'string' ? { code: ruleId } : {}),
      }
    })
  })
}

const plainTsc =
  /^(?<path>[^\s(].*?)\((?<line>\d+),(?<column>\d+)\): (?<kind>error|warning|message) (?<code>TS\d+): (?<words>.*)$/
const prettyTsc =
  /^(?<path>\S.*?):(?<line>\d+):(?<column>\d+) - (?<kind>error|warning|message) (?<code>TS\d+): (?<words>.*)$/
/** An error of the configuration, which belongs to no place. */
const placelessTsc = /^(?<kind>error) (?<code>TS\d+): (?<words>.*)$/

function parseTsc(text: string, source: string): readonly Finding[] {
  return linesOf(text).flatMap((line) => {
    const found = (plainTsc.exec(line) ?? prettyTsc.exec(line) ?? placelessTsc.exec(line))?.groups
    if (found === undefined) return []
    const severity: Severity = found['kind'] === 'error' ? 'error' : 'warning'
    return [{ ...placeOf(found), severity, source, code: found['code'] ?? '', message: found['words'] ?? '' }]
  })
}

const unix = /^(?<path>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? ?(?<words>.+)$/

function parseUnix(text: string, source: string): readonly Finding[] {
  return linesOf(text).flatMap((line) => {
    const found = unix.exec(line)?.groups
    if (found === undefined) return []
    const message = found['words'] ?? ''
    const severity: Severity = /\bwarning\b/i.test(message) ? 'warning' : 'error'
    return [{ ...placeOf(found), severity, source, message }]
  })
}

function placeOf(
  found: Readonly<Record<string, string | undefined>>,
): Pick<Finding, 'path' | 'line' | 'column'> {
  return {
    path: found['path'] ?? '',
    line: countFrom(Number(found['line'])),
    column: countFrom(Number(found['column'])),
  }
}

/** Colours left out: some tools print them into pipes. */
function linesOf(text: string): readonly string[] {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replaceAll(/\u001B\[[\d;]*m/g, '').split(/\r?\n/)
}

/** Any object can be looked at by key. */
function recordFrom(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function countFrom(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 1
}
