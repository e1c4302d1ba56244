import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Milliseconds } from '@keepup/core'

import type { Check, CheckResult } from '../findings/check.ts'
import type { Finding, Severity } from '../findings/finding.ts'
import { type FindingFormat, parseFindings } from '../findings/parse-findings.ts'
import { shownPath } from '../findings/shown-path.ts'
import { type ProgramEnd, runProgram } from '../run-program.ts'

/** A command that finds fault. */
export interface CommandCheckOptions {
  /** The project folder: where it is run, and what paths are relative to. */
  readonly root: string
  readonly command: string
  /** `{files}` stands for the files to look at; without it the command looks at the whole project. */
  readonly arguments: readonly string[]
  /** What it prints on its standard output. */
  readonly format: FindingFormat
  /** Findings of other severities are left out: errors and warnings when this is. */
  readonly severities?: readonly Severity[]
  /** 60 seconds. */
  readonly timeout?: Milliseconds
  /** What it sees: this process's own when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

const files = '{files}'
const mostOutput = 64 * 1024 * 1024

/**
 * A linter or compiler as a check. It may end with any code as long as it prints findings; one that ends with another code than 0 and prints none, prints
 * something else, or takes too long leaves the check `unknown`.
 */
export function commandCheck(options: CommandCheckOptions): Check {
  const { command, format, timeout = 60_000, environment = process.env } = options
  const severities = options.severities ?? ['error', 'warning']
  return {
    name: command,
    scope: options.arguments.includes(files) ? 'files' : 'project',
    effects: [{ kind: 'exec', target: [command, ...options.arguments].join(' ') }],
    async run(paths, signal) {
      const root = await realpath(options.root)
      const shown = paths.map((path) => shownPath(root, path))
      // A name that begins with a dash would be read as an option.
      const safe = shown.map((path) => (path.startsWith('-') ? `./${path}` : path))
      const args = options.arguments.flatMap((argument) => (argument === files ? safe : [argument]))
      const end = await runProgram({
        program: { command, arguments: args, folder: root, environment },
        timeout,
        mostOutput,
        signal,
        mark: `check-${randomUUID()}`,
      })
      const result = resultOf(end, (output) => parseFindings(output, format, command))
      if (result.type === 'unknown') return result
      const counted = result.findings.filter(({ severity }) => severities.includes(severity))
      const findings = counted.map((finding): Finding => ({
        ...finding,
        path: shownPath(root, resolve(root, finding.path)),
      }))
      return { type: 'checked', findings }
    },
  }
}

function resultOf(end: ProgramEnd, parse: (output: string) => readonly Finding[]): CheckResult {
  if (end.type === 'stopped') return { type: 'unknown', reason: end.reason }
  const output = end.output.toString('utf8')
  const said = (end.errors.trim() === '' ? output : end.errors).trim().slice(0, 500)
  try {
    const findings = parse(output)
    if (findings.length > 0 || end.code === 0 || isReport(output)) return { type: 'checked', findings }
    return { type: 'unknown', reason: `it ended with code ${end.code} and no findings, saying: ${said}` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { type: 'unknown', reason: `what it printed cannot be read: ${reason}. It says: ${said}` }
  }
}

/** A whole JSON document that could be read: it says itself that there is nothing. */
function isReport(output: string): boolean {
  return /^\s*[[{]/.test(output)
}
