import type { Finding } from './finding.ts'
import { mapLines } from './map-lines.ts'

/** The texts of the files that changed, by path; a path that is missing in one of them was not there. */
export type Texts = ReadonlyMap<string, string>

/** Two moments to compare. */
export interface Comparison {
  readonly before: readonly Finding[]
  readonly after: readonly Finding[]
  readonly textsBefore: Texts
  readonly textsAfter: Texts
}

/**
 * The findings that were not there before. A finding is the same one where who says what is the same and its line is the same line after the edit, moved or
 * not; or, for what is left over, where the line reads the same, in whatever file; or where it is as far from the beginning or the end of its file as it was, in a line
 * that was edited. Each old finding accounts for one new one: a second of its kind is new.
 */
export function newFindings(comparison: Comparison): readonly Finding[] {
  const inPlace = withoutMatches(comparison, placeBefore(comparison), placeAfter)
  const { textsBefore, textsAfter } = comparison
  const moved = withoutMatches(inPlace, lineIn(textsBefore), lineIn(textsAfter))
  const fromStart = withoutMatches(moved, placeAfter, placeAfter)
  return withoutMatches(fromStart, lineFromEnd(textsBefore), lineFromEnd(textsAfter)).after
}

type Key = (finding: Finding) => string | undefined

/** Strikes out findings of both moments whose keys are equal, one for one. */
function withoutMatches<T extends Pick<Comparison, 'before' | 'after'>>(from: T, old: Key, present: Key): T {
  const known = new Map<string, Finding[]>()
  for (const finding of from.before) {
    const key = old(finding)
    if (key !== undefined) known.set(key, [...(known.get(key) ?? []), finding])
  }
  const matched = new Set<Finding>()
  const after = from.after.filter((finding) => {
    const twin = known.get(present(finding) ?? '')?.pop()
    if (twin !== undefined) matched.add(twin)
    return twin === undefined
  })
  return { ...from, after, before: from.before.filter((finding) => !matched.has(finding)) }
}

function placeBefore({ textsBefore, textsAfter }: Comparison): Key {
  const maps = new Map<string, ReturnType<typeof mapLines>>()
  return (finding) => {
    const before = textsBefore.get(finding.path)
    const after = textsAfter.get(finding.path)
    const map = maps.get(finding.path) ?? mapLines(before ?? '', after ?? before ?? '')
    maps.set(finding.path, map)
    const line = before === undefined ? finding.line : map(finding.line)
    return line === undefined ? undefined : `${finding.path}\0${line}\0${wordsOf(finding)}`
  }
}

function placeAfter(finding: Finding): string {
  return `${finding.path}\0${finding.line}\0${wordsOf(finding)}`
}

function lineIn(texts: Texts): Key {
  const lines = new Map([...texts].map(([path, text]) => [path, text.split('\n')]))
  return (finding) => {
    const line = lines.get(finding.path)?.[finding.line - 1]?.trim()
    return line === undefined ? undefined : `${line}\0${wordsOf(finding)}`
  }
}

function lineFromEnd(texts: Texts): Key {
  return (finding) => {
    const text = texts.get(finding.path)
    if (text === undefined) return undefined
    return `${finding.path}\0${text.split('\n').length - finding.line}\0${wordsOf(finding)}`
  }
}

/** What a finding says, without the places that it may name in passing: they move with every edit. */
function wordsOf({ source, code, severity, message }: Finding): string {
  const words = message.replaceAll(/\b(lines?) \d+/gi, '$1').replaceAll(/:\d+(?::\d+)?\b/g, '')
  return `${source}\0${code ?? ''}\0${severity}\0${words}`
}
