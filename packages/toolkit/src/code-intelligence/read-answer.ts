import type { Severity } from '../findings/finding.ts'
import { pathOf } from './file-uri.ts'

/** A place in a file, as the protocol counts: from 0, in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly character: number
}

/** A stretch of a file; its end is outside of it. */
export interface Range {
  readonly start: Position
  readonly end: Position
}

/** A stretch of a named file. */
export interface Location {
  /** Absolute. */
  readonly path: string
  readonly range: Range
}

/** A diagnostic of a file, as a server sent it. */
export interface Diagnostic {
  readonly range: Range
  readonly severity: Severity
  readonly code?: string
  readonly source?: string
  readonly message: string
}

/** What servers send is read here, and what does not fit is left out: nothing of it is trusted to have a shape. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  // Any object that is no list can be looked at by key.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}

/** A list; empty where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function readRange(value: unknown): Range | undefined {
  const { start, end } = recordOf(value)
  const first = readPosition(start)
  const last = readPosition(end)
  return first === undefined || last === undefined ? undefined : { start: first, end: last }
}

function readPosition(value: unknown): Position | undefined {
  const { line, character } = recordOf(value)
  return isCount(line) && isCount(character) ? { line, character } : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** `Location`, `Location[]`, `LocationLink[]` or null. */
export function readLocations(value: unknown): readonly Location[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => {
    const { uri, range, targetUri, targetSelectionRange } = recordOf(one)
    const path = pathOf(uri ?? targetUri)
    const stretch = readRange(range ?? targetSelectionRange)
    return path === undefined || stretch === undefined ? [] : [{ path, range: stretch }]
  })
}

const severities: Readonly<Record<number, Severity>> = {
  1: 'error',
  2: 'warning',
  3: 'information',
  4: 'hint',
}

export function readDiagnostics(value: unknown): readonly Diagnostic[] {
  return listOf(value).flatMap((one) => {
    const { range, severity, code, source, message } = recordOf(one)
    const stretch = readRange(range)
    // 3.18 allows marked-up messages.
    const text = typeof message === 'string' ? message : recordOf(message)['value']
    if (stretch === undefined || typeof text !== 'string') return []
    return [
      {
        range: stretch,
        // The protocol leaves it to the client what a missing severity means.
        severity: severities[Number(severity)] ?? 'error',
        message: text,
        ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
        ...(typeof source === 'string' ? { source } : {}),
      },
    ]
  })
}
