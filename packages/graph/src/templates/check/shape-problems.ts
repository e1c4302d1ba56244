import type { z } from 'zod'

import { type Problem, showValue } from '../source/problem.ts'
import { pointerOf, type Source } from '../source/source.ts'
import { nearestName } from './nearest-name.ts'

type Issue = z.core.$ZodIssue

/** The problems of a value that has not the shape it must have, each at its place. `base`: where the value stands in its source. */
export function shapeProblems(
  issues: readonly Issue[],
  source: Source,
  base: readonly PropertyKey[] = [],
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, source, [...base, ...issue.path]))
}

function problemsOf(issue: Issue, source: Source, path: readonly PropertyKey[]): readonly Problem[] {
  const at = (where: readonly PropertyKey[], problem: string, fix: string, key = false): Problem => ({
    ...source.place(pointerOf(where), { key }),
    severity: 'error',
    pointer: pointerOf(where),
    problem,
    fix,
  })
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => at([...path, key], 'is an unknown key', unknownKeyFix(issue, key), true))
    case 'invalid_type':
      return [at(path, ...wrongType(issue))]
    case 'invalid_value':
      return [
        at(path, `is ${showValue(issue.input)}`, `write ${oneOf(issue.values.map(String), issue.input)}`),
      ]
    case 'invalid_union':
      return unionProblems(issue, source, path, at)
    case 'invalid_key':
      return [at(path, 'is no name that may be used', namesFix(issue), true)]
    case 'too_small':
    case 'too_big':
      return [at(path, `is ${showValue(issue.input)}`, sizeFix(issue))]
    case 'invalid_format':
      return [at(path, `is ${showValue(issue.input)}`, `write ${issue.message}`)]
    default:
      return [at(path, `is ${showValue(issue.input)}: ${issue.message}`, 'correct it')]
  }
}

type At = (where: readonly PropertyKey[], problem: string, fix: string, key?: boolean) => Problem

/** Of several shapes: that whose discriminator fits, else the one that fits best. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  source: Source,
  path: readonly PropertyKey[],
  at: At,
): readonly Problem[] {
  if ('options' in issue && Array.isArray(issue.options)) {
    const given = fieldOf(issue.input, String(issue.discriminator))
    const what = given === undefined ? 'is missing' : `is ${showValue(given)}`
    return [at(path, what, `write ${oneOf(issue.options.map(String), given)}`)]
  }
  const within = issue.errors.toSorted((one, other) => depth(other) - depth(one))[0] ?? []
  if (depth(within) > 0) return shapeProblems(within, source, path)
  const expected = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === 'invalid_type' ? [typeName(error.expected)] : [])),
  )
  return [
    at(
      path,
      `is ${showValue(issue.input)}`,
      `write ${[...new Set(expected)].join(' or ') || 'another value'}`,
    ),
  ]
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'invalid_type' ? 0 : 1)))
}

function wrongType(issue: Extract<Issue, { code: 'invalid_type' }>): [string, string] {
  if (issue.input === undefined) return ['is missing', `add it: ${typeName(issue.expected)}`]
  return [`is ${showValue(issue.input)}`, `write ${typeName(issue.expected)}`]
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function typeName(expected: string): string {
  return typeNames[expected] ?? expected
}

function unknownKeyFix(issue: Issue, key: string): string {
  const known = Object.keys(issue.input ?? {}).filter((name) => name !== key)
  return known.length === 0 ? 'remove it' : 'remove it, or put it under `metadata` of the file'
}

function namesFix(issue: Issue): string {
  const [inner] = 'issues' in issue && Array.isArray(issue.issues) ? issue.issues : []
  return `use ${typeof inner?.message === 'string' ? inner.message : 'another name'}`
}

function sizeFix(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const unit = { string: ' characters', array: ' items', record: ' names' }[issue.origin as string] ?? ''
  return issue.code === 'too_small'
    ? `give at least ${issue.minimum}${unit}`
    : `keep it to ${issue.maximum}${unit}`
}

function oneOf(names: readonly string[], given: unknown): string {
  const near = typeof given === 'string' ? nearestName(given, names) : undefined
  if (near !== undefined) return `${near}, or another of ${names.join(', ')}`
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
