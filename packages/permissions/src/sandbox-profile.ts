import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import type { SandboxProfile } from '@keepup/core'

import { absolutePattern, splitEffect } from './effect-pattern.ts'
import { literalNames, matchPath, type PathGlob, pathGlob } from './path-glob.ts'
import { placeOf, type PlaceOptions } from './place.ts'
import type { RuleDecision, RuleSet } from './rule.ts'

/** How many things of the workspace are looked at for what a pattern means. */
const mostEntries = 50_000

/** What a sandbox would hold where no rule says anything. */
const plain = (root: string): SandboxProfile => ({
  writable: [root],
  unwritable: [],
  unreadable: [],
  hosts: [],
  withheld: [],
})

/**
 * What commands may touch in a sandbox, by the same rules that decide whether they run: what is denied of every tool is closed, what is allowed to be
 * written or reached besides is open. `base` is what is closed and open without rules, such as the workspace's own profile. A sandbox knows paths and no
 * patterns: a pattern without a beginning of its own (any folder's `*.pem`) closes what fits in the workspace now. Rules over one tool, over commands and those
 * that ask are left to the decision before the run.
 */
export function sandboxProfileOf(
  sets: readonly RuleSet[],
  options: PlaceOptions & { readonly base?: SandboxProfile },
): SandboxProfile {
  const place = placeOf(options)
  const base = options.base ?? plain(place.root)
  const rules = sets.flatMap((set) => saidOf(set))
  const said = (decision: RuleDecision, kind: string): readonly SaidEffect[] =>
    rules.filter((rule) => rule.decision === decision && (rule.kind === kind || rule.kind === '*'))
  const closed = (...kinds: readonly string[]): readonly string[] =>
    kinds.flatMap((kind) => said('deny', kind)).flatMap((rule) => pathsOf(rule, true))
  const hosts = (decision: RuleDecision): readonly string[] =>
    said(decision, 'net').map(({ target }) => target)
  const open = said('allow', 'write').flatMap((rule) => pathsOf(rule, false))
  return {
    writable: unique([...base.writable, ...open]),
    unwritable: unique([...base.unwritable, ...closed('write', 'delete')]),
    unreadable: unique([...base.unreadable, ...closed('read')]),
    hosts: hostsOf(base.hosts, hosts('allow'), hosts('deny')),
    withheld: base.withheld,
  }

  function pathsOf({ target, folder = place.root }: SaidEffect, closing: boolean): readonly string[] {
    // Every path but some is what a sandbox closes anyway.
    if (target.startsWith('!')) return []
    const glob = pathGlob(absolutePattern(target, place, folder))
    const names = literalNames(glob)
    if (isWhole(glob, names)) return [`/${names.join('/')}`]
    return closing ? fitting(glob, place.root) : []
  }
}

/** What a rule says of an effect, whatever the tool. */
interface SaidEffect {
  readonly decision: RuleDecision
  readonly kind: string
  readonly target: string
  readonly folder: string | undefined
}

function saidOf({ rules, guards = [], folder }: RuleSet): readonly SaidEffect[] {
  return [...rules, ...guards].flatMap(({ decision, tool, effect }) => {
    const split = tool === undefined && effect !== undefined ? splitEffect(effect) : undefined
    return split === undefined ? [] : [{ decision, ...split, folder }]
  })
}

/** A path, or everything beneath one: what a sandbox can say. */
function isWhole({ names }: PathGlob, literal: readonly string[]): boolean {
  return names.length === literal.length || (names.length === literal.length + 1 && names.at(-1) === '**')
}

/** What of the workspace fits a pattern now. */
function fitting(glob: PathGlob, root: string): readonly string[] {
  const found: string[] = []
  const folders = [root]
  let seen = 0
  for (let folder = folders.pop(); folder !== undefined && seen < mostEntries; folder = folders.pop()) {
    for (const entry of entriesOf(folder)) {
      seen += 1
      const path = join(folder, entry.name)
      if (matchPath(glob, path) === 'yes') found.push(path)
      else if (entry.isDirectory()) folders.push(path)
    }
  }
  return found
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // What cannot be listed here cannot be listed by a command either.
    return []
  }
}

/** A list of hosts knows no exceptions: what is denied takes away whatever covers it. */
function hostsOf(
  base: SandboxProfile['hosts'],
  allowed: readonly string[],
  denied: readonly string[],
): SandboxProfile['hosts'] {
  if (denied.some(everything)) return []
  if (base === 'any' || allowed.some(everything)) {
    // All but some cannot be said: then only what is named is reached.
    return denied.length === 0
      ? 'any'
      : unique(
          withoutDenied(
            allowed.filter((host) => !everything(host)),
            denied,
          ),
        )
  }
  return unique(withoutDenied([...base, ...allowed], denied))
}

function everything(host: string): boolean {
  return host === '*' || host === '**'
}

function withoutDenied(hosts: readonly string[], denied: readonly string[]): readonly string[] {
  return hosts.filter((host) => !denied.some((other) => covers(host, other) || covers(other, host)))
}

function covers(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
