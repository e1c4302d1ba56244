import { isAbsolute, join } from 'node:path'

import type { Effect } from '@keepup/core'

import { matchHost } from './host-pattern.ts'
import { type Match, strongest } from './match.ts'
import { isEveryPath, literalNames, matchPath, type PathGlob, pathGlob } from './path-glob.ts'
import type { Place } from './place.ts'
import type { RuleDecision } from './rule.ts'
import { fitsWildcard } from './wildcard.ts'

/** Whether an effect is what a rule speaks of. Its target is resolved already. */
export type MatchEffect = (effect: Effect) => Match

/** The kinds of effects, and `*` for all of them. */
export const effectKinds = ['exec', 'read', 'write', 'delete', 'net', 'input'] as const

/** The two halves of `KIND:TARGET`; `undefined` where the text is none. */
export function splitEffect(
  text: string,
): { readonly kind: Effect['kind'] | '*'; readonly target: string } | undefined {
  const [, kind = '', target = ''] = /^([a-z]+|\*):(.+)$/su.exec(text) ?? []
  const known = kind === '*' ? kind : effectKinds.find((name) => name === kind)
  return known === undefined ? undefined : { kind: known, target }
}

/** Reads the pattern of a rule. `folder` is what its relative paths begin at. */
export function effectPattern(
  text: string,
  place: Place,
  decision: RuleDecision,
  folder: string = place.root,
): MatchEffect {
  const { kind, target } = splitEffect(text) ?? { kind: '*', target: '**' }
  const matchTarget = targetPattern(kind, target, { place, decision, folder })
  return (effect) => (kind === '*' || kind === effect.kind ? matchTarget(effect.target) : 'no')
}

interface Reading {
  readonly place: Place
  readonly decision: RuleDecision
  readonly folder: string
}

function targetPattern(
  kind: Effect['kind'] | '*',
  target: string,
  reading: Reading,
): (target: string) => Match {
  if (target === '*' || target === '**') return every(reading.decision)
  if (kind === 'net') return (host) => matchHost(target, host)
  if (kind === 'exec') return (program) => matchProgram(target, program, reading.decision)
  if (kind === 'input') return (device) => matchDevice(target, device)
  return pathPattern(target, reading)
}

/** Who allows everything allows what is not known too. Who denies everything is not talked of what may never happen: that asks. */
function every(decision: RuleDecision): (target: string) => Match {
  return (target) => (target === '*' && decision !== 'allow' ? 'maybe' : 'yes')
}

/** What allows means the program that the search path finds, or the very path; what denies means it by whatever path it is called. */
function matchProgram(pattern: string, program: string, decision: RuleDecision): Match {
  if (program === '*') return 'maybe'
  if (decision === 'allow')
    return fitsWildcard(pattern, program) && sameDepth(pattern, program) ? 'yes' : 'no'
  const name = program.slice(program.lastIndexOf('/') + 1).toLowerCase()
  const wanted = pattern.slice(pattern.lastIndexOf('/') + 1).toLowerCase()
  return fitsWildcard(wanted, name) ? 'yes' : 'no'
}

/** A wildcard of a program's name does not reach into other folders. */
function sameDepth(pattern: string, program: string): boolean {
  return pattern.split('/').length === program.split('/').length
}

function matchDevice(pattern: string, device: string): Match {
  if (device === '*') return 'maybe'
  return fitsWildcard(pattern, device) ? 'yes' : 'no'
}

/**
 * What allows means the path as it stands below the workspace: a link there does not widen it. What denies or asks means both the path as it stands and
 * where its links lead.
 */
function pathPattern(target: string, reading: Reading): (target: string) => Match {
  if (target.startsWith('!')) return outside(pathPattern(target.slice(1), { ...reading, decision: 'allow' }))
  const { place, decision, folder } = reading
  const globs = globsOf(target, { place, decision, folder })
  const fold = decision !== 'allow' && place.foldsCase
  const read = (text: string): string => (fold ? text.toLowerCase() : text).normalize('NFC')
  const readied = globs.map(({ names }) => ({ names: names.map(read) }))
  if (readied.some(isEveryPath)) return every(decision)
  return (path) => {
    const plain = read(path)
    return strongest(readied.map((glob) => matchPath(glob, plain)))
  }
}

/** Everything but what a pattern means. */
function outside(inside: (target: string) => Match): (target: string) => Match {
  const opposite = { yes: 'no', maybe: 'maybe', no: 'yes' } as const
  return (path) => opposite[path === '*' ? 'maybe' : inside(path)]
}

function globsOf(target: string, { place, decision, folder }: Reading): readonly PathGlob[] {
  const written = pathGlob(absolutePattern(target, place, folder))
  const literal = literalNames(written)
  const rest = written.names.slice(literal.length)
  const real = place.real(`/${literal.join('/')}`)
  const followed = { names: [...real.split('/').filter((name) => name !== ''), ...rest] }
  if (decision !== 'allow') return [written, followed]
  return isAbsolute(expandHome(target, place.home)) ? [followed] : [written]
}

/** A pattern of paths from `/` on: `~/` is the home, anything relative begins at the folder. */
export function absolutePattern(target: string, place: Place, folder: string): string {
  const path = expandHome(target, place.home)
  if (isAbsolute(path)) return path
  // `**/x` and names without a folder mean the same wherever they stand.
  return path.startsWith('**/') ? `/${path}` : join(folder, path)
}

function expandHome(target: string, home: string | undefined): string {
  if (target !== '~' && !target.startsWith('~/')) return target
  // Without a home there is no such path: nothing fits.
  return `${home ?? '/\0'}${target.slice(1)}`
}
