import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'
import type { z } from 'zod'

import { checkSop, type SopSurroundings } from './check-sop.ts'
import { pointerOf, type SopProblem, sopProblemsError } from './problem.ts'
import { sopShape } from './sop-shape.ts'
import type { Sop } from './sop.ts'

/** The longest file, in characters. */
const longestFile = 1_000_000
/** How often one anchor may be repeated in all: a file must not grow without bound when its aliases are followed. */
const mostAliases = 100

/** A procedure that was read, or what is wrong with it. */
export type ReadSop =
  | { readonly sop: Sop; readonly problems: readonly SopProblem[] }
  | { readonly sop?: undefined; readonly problems: readonly SopProblem[] }

/** Reads a procedure from JSON or YAML 1.2 and says everything that is wrong, each at its place. Runs nothing. Never throws. */
export function readSop(text: string, file: string, surroundings?: SopSurroundings): ReadSop {
  if (text.length > longestFile) {
    const problem = `has ${text.length} characters`
    return {
      problems: [{ file, pointer: '', severity: 'error', problem, fix: `keep it under ${longestFile}` }],
    }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  })
  const at = (offset: number): Pick<SopProblem, 'column' | 'file' | 'line'> => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const broken = document.errors.map(({ message, pos: [start] }): SopProblem => ({
    ...at(start),
    pointer: '',
    severity: 'error',
    problem: `cannot be read: ${message}`,
    fix: 'correct that place',
  }))
  if (broken.length > 0) return { problems: broken }
  const place = (path: readonly PropertyKey[]) => at(nodeAt(document, path)?.range?.[0] ?? 0)
  return checkValue(valueOf(document), surroundings, file, place)
}

/** Holds a value against the shape and the rules of procedures. Fails `configuration-invalid` with every problem. */
export function parseSop(value: unknown, surroundings?: SopSurroundings): Sop {
  const { sop, problems } = checkValue({ value }, surroundings, 'the procedure', () => ({
    file: 'the procedure',
  }))
  if (sop === undefined || problems.some(({ severity }) => severity === 'error'))
    throw sopProblemsError(problems)
  return sop
}

type Place = (path: readonly PropertyKey[]) => Pick<SopProblem, 'column' | 'file' | 'line'>

function checkValue(
  read: { readonly value: unknown } | { readonly reason: string },
  surroundings: SopSurroundings | undefined,
  file: string,
  place: Place,
): ReadSop {
  if ('reason' in read) {
    return {
      problems: [
        {
          file,
          pointer: '',
          severity: 'error',
          problem: `cannot be read: ${read.reason}`,
          fix: 'write the repeated part out',
        },
      ],
    }
  }
  const parsed = sopShape.safeParse(read.value, { reportInput: true })
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap((issue) => shapeProblems(issue, [], place)) }
  const problems = checkSop(parsed.data, surroundings).map(({ path, ...rest }) => ({
    ...place(path),
    pointer: pointerOf(path),
    ...rest,
  }))
  return { sop: parsed.data, problems }
}

function valueOf(document: Document): { readonly value: unknown } | { readonly reason: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    return { value: JSON.parse(JSON.stringify(value ?? null)) as unknown }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

function shapeProblems(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
  place: Place,
): readonly SopProblem[] {
  const path = [...base, ...issue.path]
  const say = (where: readonly PropertyKey[], problem: string, fix: string): SopProblem => ({
    ...place(where),
    pointer: pointerOf(where),
    severity: 'error',
    problem,
    fix,
  })
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      say([...path, key], 'is an unknown key', 'leave it out, or correct its name'),
    )
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ?? []
    if (depthOf(nearest) > 0) return nearest.flatMap((within) => shapeProblems(within, path, place))
    const given = 'discriminator' in issue ? fieldOf(issue.input, String(issue.discriminator)) : issue.input
    return [say(path, `is ${shown(given)}`, unionFix(issue))]
  }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return [say(path, 'is missing', `write a value of type ${issue.expected}`)]
  return [say(path, `is ${shown(issue.input)}`, issue.message)]
}

function fieldOf(value: unknown, key: string): unknown {
  // Any object can be looked at by key.
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : value
}

function unionFix(issue: z.core.$ZodIssueInvalidUnion): string {
  if ('options' in issue && Array.isArray(issue.options))
    return `write one of ${issue.options.map(String).join(', ')}`
  return `write ${[...new Set(issue.errors.flat().map(({ message }) => message))].join(', or ') || 'another value'}`
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length))
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The node at a path, or the nearest one above it that is there. */
function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: Node | undefined = isNode(document.contents) ? document.contents : undefined
  for (const key of path) {
    const next = childOf(node, String(key))
    if (next === undefined) return node
    node = next
  }
  return node
}

function childOf(node: Node | undefined, key: string): Node | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
    )
    const value = pair?.value
    return isNode(value) ? value : isNode(pair?.key) ? pair.key : undefined
  }
  const item: unknown = isSeq(node) ? node.items[Number(key)] : undefined
  return isNode(item) ? item : undefined
}
