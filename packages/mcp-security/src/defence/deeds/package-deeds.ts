import { resolve } from 'node:path'

import type { Invocation } from '@keepup/shell'

import { buildTools } from '../annotations/build-tools.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { isInside, type Workplace } from './workplace.ts'

/** What a package manager's sub-commands are: which install, which run what the project says, and which only tell. */
interface Manager {
  readonly installs: readonly string[]
  readonly runs: readonly string[]
  /** Run the tool that the next word names. */
  readonly executes: readonly string[]
  /** Without a sub-command it installs. */
  readonly bare?: true
}

const scripts = [
  'run',
  'run-script',
  'test',
  't',
  'start',
  'build',
  'lint',
  'version',
  'ls',
  'list',
  'root',
  'bin',
  'why',
  'explain',
  'fund',
  'pack',
  'prune',
  'dedupe',
  'rebuild',
]
const managers: Readonly<Record<string, Manager>> = {
  npm: { installs: ['install', 'i', 'ci', 'add'], runs: scripts, executes: ['exec', 'x'] },
  pnpm: { installs: ['install', 'i', 'add'], runs: scripts, executes: ['exec'] },
  yarn: { installs: ['install', 'add'], runs: scripts, executes: ['exec'], bare: true },
  bun: { installs: ['install', 'i', 'add'], runs: scripts, executes: ['x'] },
  npx: { installs: [], runs: [], executes: [''] },
  pip: { installs: ['install'], runs: ['list', 'freeze', 'check', 'show'], executes: [] },
  pip3: { installs: ['install'], runs: ['list', 'freeze', 'check', 'show'], executes: [] },
  uv: { installs: ['sync', 'add', 'lock'], runs: ['build', 'tree', 'venv'], executes: ['run'] },
  poetry: { installs: ['install', 'add', 'lock'], runs: ['build', 'check', 'show'], executes: ['run'] },
  bundle: { installs: ['install', 'add'], runs: ['exec', 'check', 'list'], executes: [] },
  composer: {
    installs: ['install', 'require'],
    runs: ['run-script', 'test', 'validate', 'dump-autoload'],
    executes: [],
  },
}

/** Flags that change nothing of what comes from where. */
const plainFlag =
  /^(?:-[DEPSOdrqsyeU]|--(?:save(?:-[\w-]+)?|no-save|no-audit|no-fund|no-optional|ignore-scripts|prefer-offline|offline|frozen-lockfile|silent|quiet|dev|production|omit=\w+|legacy-peer-deps|no-progress|loglevel=\w+|if-present|yes|workspaces|editable|upgrade|exact|json|depth=\d+|package-lock-only|no-package-lock|no-install))$/

/** Fetches what the user named, from where the machine is set up to. */
const installing: ToolAnnotation = {
  effect: 'egress-read',
  outward: true,
  arguments: { '/packages': 'resource' },
}
const publishing: ToolAnnotation = {
  effect: 'write',
  outward: true,
  intent: { verbs: ['publish', 'release', 'ship'] },
}
const running: ToolAnnotation = { effect: 'workspace', runs: true }

/** The names of the package managers that are known. */
export const packageManagers: readonly string[] = Object.keys(managers)

/** What a package manager does; `undefined` where its words are not known. */
export function packageDeeds(
  name: string,
  words: Invocation['words'],
  place: Workplace,
  folder: string,
): readonly Deed[] | undefined {
  const manager = Object.hasOwn(managers, name) ? managers[name] : undefined
  if (manager === undefined) return undefined
  const [first, ...rest] = name === 'npx' ? ['', ...words] : words
  if (first === undefined)
    return words.length === 0 && manager.bare === true ? [deed(name, running)] : undefined
  const tool = `${name} ${first}`.trim()
  if (manager.installs.includes(first)) return installDeeds(tool, rest, place, folder)
  if (first === 'publish') return publishDeeds(tool, rest)
  const isProjects = manager.runs.includes(first)
    ? !rest.some(isElsewhere)
    : manager.executes.includes(first) && executes(rest)
  return isProjects ? [deed(tool, running)] : undefined
}

function publishDeeds(tool: string, words: Invocation['words']): readonly Deed[] | undefined {
  return words.every((word) => plainFlag.test(word ?? '')) ? [deed(tool, publishing)] : undefined
}

/** Flags by which something else is run than what the project says. */
function isElsewhere(word: string | undefined): boolean {
  return (
    word === undefined ||
    /^(?:-C|-g|--(?:script-shell|prefix|dir|cwd|userconfig|globalconfig|registry|node-options|global)(?:=.*)?)$/.test(
      word,
    )
  )
}

function installDeeds(
  tool: string,
  words: Invocation['words'],
  place: Workplace,
  folder: string,
): readonly Deed[] | undefined {
  const packages: string[] = []
  for (const word of words) {
    if (word === undefined || (word.startsWith('-') && !plainFlag.test(word))) return undefined
    if (!word.startsWith('-') && !isLocal(word, place, folder)) packages.push(nameOf(word))
  }
  return [packages.length === 0 ? deed(tool, running) : { tool, input: { packages }, annotation: installing }]
}

/** A folder or a file of the workspace: it is what the project is made of. */
function isLocal(word: string, place: Workplace, folder: string): boolean {
  const path = /^(?:file:)?(\.{1,2}(?:\/.*)?|\/.*|[\w./-]+\.(?:txt|tgz|whl))$/.exec(word)?.[1]
  return path !== undefined && isInside(place, resolve(folder, path))
}

/** The name alone: which version is fetched says the registry. */
function nameOf(word: string): string {
  return /^(@?[\w.-]+(?:\/[\w.-]+)?)(?:@[\w.^~<>=*-]+|[<>=!~]=?[\w.*,<>=!~]+)?$/.exec(word)?.[1] ?? word
}

/** A tool that is known is the project's own; any other would be fetched. */
function executes(words: Invocation['words']): boolean {
  const tool = words.find((word) => word === undefined || !plainFlag.test(word))
  return tool !== undefined && buildTools.has(tool)
}

function deed(tool: string, annotation: ToolAnnotation): Deed {
  return { tool, input: {}, annotation }
}
