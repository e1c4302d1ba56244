/** Where an agent works on files and with commands. Calls of tools that declare their effects are judged by what they touch there. */
export interface Workplace {
  /** The folder that the agent works in, absolute, links followed. What happens in it reaches nobody else, and is kept. */
  readonly root: string
  /** What `~` stands for. */
  readonly home?: string
  /** Further folders that anything may be written to, such as the one for temporary files; absolute, links followed. What others left there is not read. */
  readonly scratch?: readonly string[]
  /** Whether programs take orders from a file of the workspace, by its path there, beginning with `/`: hooks, settings of agents, of editors and of machines that build. */
  takesOrders?(path: string): boolean
  /** Follows the links of an absolute path; none are where it is left out. It looks when a call is decided, never when a thread is folded. */
  realPath?(path: string): string
  /** Commands run in a sandbox: they write in the workspace alone, and reach no host. */
  readonly confined?: boolean
}

/** A path as a person would name it: relative in the workspace, with `~` in their home. */
export function shownPath(place: Workplace, path: string): string {
  const { root, home } = place
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1)
  return home !== undefined && path.startsWith(`${home}/`) ? `~/${path.slice(home.length + 1)}` : path
}

/** Whether a path, or everything beneath a folder (`/**`), lies in the workspace, or is the workspace. */
export function isInside({ root }: Workplace, target: string): boolean {
  return isBeneath(root, bare(target))
}

/** Whether anything may be written there. */
export function isScratch({ scratch = [] }: Workplace, target: string): boolean {
  return scratch.some((folder) => isBeneath(folder, bare(target)))
}

/** Whether it is no file at all: what is written there is gone, or is shown. */
export function isDevice(target: string): boolean {
  return /^\/dev\/(?:null|stdout|stderr|tty|stdin)$/.test(target)
}

/** Whether a path is one that tools make again: what was built, installed or cached. */
export function isMadeAgain(place: Workplace, target: string): boolean {
  if (!isInside(place, target)) return false
  return shownPath(place, bare(target))
    .split('/')
    .some((name) => madeAgain.has(name) || /\.(?:log|tmp|pyc|tsbuildinfo)$/.test(name))
}

const madeAgain: ReadonlySet<string> = new Set(
  `node_modules dist build out coverage target tmp .cache .turbo .next .nuxt .parcel-cache .pytest_cache .mypy_cache
  .ruff_cache __pycache__ .tox .venv venv .gradle`.split(/\s+/),
)

function bare(target: string): string {
  return target.endsWith('/**') ? target.slice(0, -3) || '/' : target
}

function isBeneath(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}
