import { resolve } from 'node:path'

import type { Invocation } from '@keepup/shell'

import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { fileDeeds, workspaceDeed } from './file-deeds.ts'
import { isInside, type Workplace } from './workplace.ts'

const local = new Set(
  `add am apply archive bisect blame branch checkout cherry-pick commit describe diff format-patch grep init log ls-files ls-tree
  merge merge-base mv notes rebase reflog reset restore rev-list rev-parse revert rm shortlog show show-ref sparse-checkout stash status
  switch symbolic-ref tag whatchanged worktree`.split(/\s+/),
)

/** Takes away what was never committed, or what nothing else names. */
const discarding: ToolAnnotation = {
  effect: 'write',
  outward: false,
  destructive: true,
  intent: {
    verbs: [
      'discard',
      'drop',
      'clean',
      'reset',
      'revert',
      'undo',
      'restore',
      'remove',
      'delete',
      'rewrite',
      'squash',
    ],
  },
}
const pushing: ToolAnnotation = {
  effect: 'write',
  outward: true,
  arguments: { '/remote': 'url', '/refs': 'scalar' },
  intent: { verbs: ['push', 'publish', 'upload', 'deploy', 'release', 'ship'] },
}
const fetching: ToolAnnotation = { effect: 'egress-read', outward: true, arguments: { '/from': 'url' } }

type ReadCommand = (tool: string, words: readonly string[], hides: boolean) => readonly Deed[] | undefined

const readers: ReadonlyMap<string, ReadCommand> = new Map<string, ReadCommand>([
  ['push', (_tool, words, hides) => [pushDeed(words, hides)]],
  ['fetch', fetchDeed],
  ['pull', fetchDeed],
  ['clone', fetchDeed],
  [
    'config',
    (tool, words) =>
      isHarmlessSetting(words) ? [{ tool, input: {}, annotation: workspaceDeed }] : undefined,
  ],
  ['remote', (_tool, words) => remoteDeeds(words)],
])

/** What a git command does; `undefined` where its words may run or reach what is not known. */
export function gitDeeds(
  words: Invocation['words'],
  place: Workplace,
  folder: string,
): readonly Deed[] | undefined {
  const [first, ...rest] = words
  if (first === undefined || first.startsWith('-') || rest.some(isTelling)) return undefined
  if (local.has(first) && namesOutside(rest, place, folder)) return undefined
  const known = rest.filter((word) => word !== undefined)
  const hides = known.length < rest.length
  const tool = `git ${first}`
  const reader = readers.get(first)
  if (reader !== undefined) return reader(tool, known, hides)
  if (first === 'rm' && !known.includes('--cached')) return hides ? undefined : removed(known, place, folder)
  if (discards(first, known)) return [{ tool, input: {}, annotation: discarding }]
  return local.has(first) ? [{ tool, input: {}, annotation: workspaceDeed }] : undefined
}

/** Whether a word, other than a message, is a path outside of the workspace: git reads and writes those too (`diff --no-index`, `commit -F`, `worktree add`). */
function namesOutside(words: Invocation['words'], place: Workplace, folder: string): boolean {
  return words.some((word, at) => {
    if (
      word === undefined ||
      /^(?:-[a-z]*m|--message)$/.test(words[at - 1] ?? '') ||
      word.startsWith('--message=')
    )
      return false
    const path = /^(?:-[A-Za-z]|[^=\s]*=)?((?:\/|~|\.\.(?:\/|$)).*)$/s.exec(word)?.[1]
    return path !== undefined && (path.startsWith('~') || !isInside(place, resolve(folder, path)))
  })
}

function fetchDeed(tool: string, words: readonly string[], hides: boolean): readonly Deed[] | undefined {
  return hides ? undefined : [{ tool, input: remotes(words, 'from'), annotation: fetching }]
}

function removed(words: readonly string[], place: Workplace, folder: string): readonly Deed[] {
  const paths = words.filter((word) => !word.startsWith('-'))
  return fileDeeds(
    paths.map((path) => ({ kind: 'delete', target: resolve(folder, path) })),
    place,
  )
}

/** Options by which git runs a program, or speaks to another repository. */
function isTelling(word: string | undefined): boolean {
  return /^--?(?:exec|upload-pack|receive-pack|output|ext-diff|textconv|git-dir|work-tree|open-files-in-pager|config|remote|template|x$|O)/.test(
    word ?? '',
  )
}

/** The words by which a command takes something away. */
const takes: Readonly<Record<string, RegExp>> = {
  reset: /^--hard$/,
  branch: /^-[a-zA-Z]*[dD]|^--delete$/,
  checkout: /^(?:--|\.|-f|--force)$/,
  stash: /^(?:drop|clear)$/,
  tag: /^(?:-d|--delete)$/,
  worktree: /^remove$/,
  reflog: /^(?:expire|delete)$/,
}

function discards(command: string, words: readonly string[]): boolean {
  if (command === 'clean') return true
  if (command === 'restore') return !words.includes('--staged')
  const taking = Object.hasOwn(takes, command) ? takes[command] : undefined
  return taking !== undefined && words.some((word) => taking.test(word))
}

/** A remote that the repository names is the user's; a place that is written out needs its authority. */
function pushDeed(words: readonly string[], hides: boolean): Deed {
  const overwrites =
    hides || words.some((word) => /^(?:-f|--force|--mirror|--delete|-d|--prune)|^[+:]/.test(word))
  const annotation = overwrites ? { ...pushing, destructive: true } : pushing
  return { tool: overwrites ? 'git push --force' : 'git push', input: remotes(words, 'remote'), annotation }
}

function remotes(words: readonly string[], name: string): Record<string, string> {
  const [place] = words.filter((word) => !word.startsWith('-') && /[/:\\.]/.test(word))
  return place === undefined ? {} : { [name]: place }
}

function isHarmlessSetting(words: readonly string[]): boolean {
  const [first = '', ...rest] = words.filter((word) => word !== '--local')
  if (/^(?:--get|--get-all|--list|-l|get|list)$/.test(first)) return true
  return (
    /^(?:user\.(?:name|email)|init\.defaultBranch|core\.autocrlf|pull\.rebase|advice\.\w+)$/i.test(first) &&
    rest.length <= 1
  )
}

function remoteDeeds(words: readonly string[]): readonly Deed[] | undefined {
  const [first, ...rest] = words
  if (first === undefined || first === '-v' || first === 'show' || first === 'get-url')
    return [{ tool: 'git remote', input: {}, annotation: { effect: 'read' } }]
  if (first !== 'add' && first !== 'set-url') return undefined
  const place = rest.findLast((word) => !word.startsWith('-'))
  if (place === undefined) return undefined
  return [
    {
      tool: `git remote ${first}`,
      input: { remote: place },
      annotation: { ...pushing, intent: { verbs: ['remote', 'origin', 'upstream', 'push'] } },
    },
  ]
}
