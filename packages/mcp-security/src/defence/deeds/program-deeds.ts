import { resolve } from 'node:path'

import type { Invocation } from '@keepup/shell'

import { buildTools } from '../annotations/build-tools.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { fetchDeeds } from './fetch-deeds.ts'
import { gitDeeds } from './git-deeds.ts'
import { packageDeeds, packageManagers } from './package-deeds.ts'
import { isInside, type Workplace } from './workplace.ts'

/** Runs what the files of the workspace say: what these do is beyond any policy over calls. */
const projectRun: Deed = {
  tool: "run the project's programs",
  input: {},
  annotation: { effect: 'workspace', runs: true } satisfies ToolAnnotation,
}

type ReadProgram = (
  name: string,
  words: Invocation['words'],
  place: Workplace,
  folder: string,
) => readonly Deed[] | undefined

const readers: ReadonlyMap<string, ReadProgram> = new Map<string, ReadProgram>([
  ['git', (_name, words, place, folder) => gitDeeds(words, place, folder)],
  ['curl', fetchDeeds],
  ['wget', fetchDeeds],
  ...packageManagers.map((name) => [name, packageDeeds] as const),
])

/** What programs do that do more than their effects say; `undefined` for those that nobody knows. */
export function programDeeds(
  { name, program, words }: Invocation,
  place: Workplace,
  folder: string,
): readonly Deed[] | undefined {
  const [only = ''] = words
  if (words.length === 1 && /^(?:-v|-V|--version|--help|-h)$/.test(only)) return [asked(name)]
  const reader = readers.get(name)
  if (reader !== undefined) return reader(name, words, place, folder)
  if (!words.every((word) => staysHere(word, place, folder))) return undefined
  const flags = interpreters.get(name)
  if (flags !== undefined) return runsFile(words, place, folder, flags) ? [projectRun] : undefined
  if (program.includes('/')) return isInside(place, resolve(folder, program)) ? [projectRun] : undefined
  return isBuilding(name, words) ? [projectRun] : undefined
}

function asked(name: string): Deed {
  return { tool: name, input: {}, annotation: { effect: 'read' } }
}

function isBuilding(name: string, words: Invocation['words']): boolean {
  const allowed = buildTools.get(name)
  const [first] = words
  return allowed === 'all' || (first !== undefined && allowed?.has(first) === true)
}

/** Programs that run a file, and the flags with which they still run a file of the project: none of them takes code, or another file. */
const interpreters: ReadonlyMap<string, RegExp> = new Map([
  [
    'node',
    /^--(?:test(?:-[\w-]+(?:=.*)?)?|watch|no-warnings|enable-source-maps|experimental-strip-types|trace-\w+|expose-gc)$/,
  ],
  ['deno', /^(?:run|test|check|lint|fmt|task)$/],
  ['python', /^-[uBO]$/],
  ['python3', /^-[uBO]$/],
  ['ruby', /^-w$/],
  ['php', /^$/],
  ['perl', /^-w$/],
  ['bash', /^-[eux]+$/],
  ['sh', /^-[eux]+$/],
])

/** Whether a word names nothing outside of the workspace, and holds no code beside a name. */
function staysHere(word: string | undefined, place: Workplace, folder: string): boolean {
  if (word === undefined || word === '-') return false
  if (/=.*[\s;|&$`<>]/s.test(word)) return false
  const path = /^(?:[^=\s]*=)?((?:\.{0,2}\/|~).*|\.\.)$/s.exec(word)?.[1]
  return path === undefined || (!path.startsWith('~') && isInside(place, resolve(folder, path)))
}

/** Modules of Python that work on the project. */
const modules = new Set([
  'pytest',
  'unittest',
  'mypy',
  'ruff',
  'black',
  'isort',
  'flake8',
  'pylint',
  'compileall',
  'build',
  'coverage',
  'doctest',
])

function runsFile(words: Invocation['words'], place: Workplace, folder: string, flags: RegExp): boolean {
  for (const [index, word] of words.entries()) {
    if (word === undefined) return false
    if (word === '-m') return modules.has(words[index + 1] ?? '')
    if (word.startsWith('-') || flags.test(word)) {
      if (!flags.test(word)) return false
      continue
    }
    return isInside(place, resolve(folder, word))
  }
  // `node --test` runs the tests of the project; a bare interpreter reads code from its input.
  return words.some((word) => word === '--test' || word === 'test' || word === 'lint' || word === 'fmt')
}
