import { isAbsolute, join, relative } from 'node:path'

/** Keys of a repository's configuration that start no program, read no other file and lead nowhere, whatever stands there: `section.key`. */
const harmless = new Set([
  ...of(
    'core',
    'repositoryformatversion filemode bare logallrefupdates ignorecase precomposeunicode symlinks',
  ),
  ...of('core', 'autocrlf eol safecrlf quotepath abbrev bigfilethreshold compression'),
  ...of('remote', 'fetch tagopt prune prunetags promisor partialclonefilter'),
  ...of('branch', 'remote merge rebase pushremote description'),
  ...of('user', 'name email'),
  ...of('submodule', 'active branch ignore'),
  ...of('init', 'defaultbranch'),
  ...of('pull', 'rebase ff'),
  ...of('push', 'default autosetupremote followtags'),
  ...of('fetch', 'prune prunetags'),
  ...of('extensions', 'objectformat refstorage partialclone worktreeconfig'),
  ...of('lfs', 'repositoryformatversion'),
  ...of('gc', 'auto autodetach'),
  ...of('rerere', 'enabled autoupdate'),
  ...of('rebase', 'autosquash autostash'),
  ...of('merge', 'conflictstyle ff'),
  ...of('index', 'version threads'),
  ...of('feature', 'manyfiles'),
])

const address = /^(?:(?:https?|ssh|git|file):\/\/[^\s"\\]+|[\w.-]+@[\w.-]+:[\w./~-]+|[./\w][\w./-]*)$/

/**
 * Whether a repository's configuration holds nothing but what starts no program (git-config(1)). Anything that is not understood counts as harm: a
 * line that goes on, a key after its section's head, a key that is not known here.
 */
export function isHarmlessGitConfig(text: string, repository: string, root: string): boolean {
  let section = ''
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || /^[#;]/.test(line)) continue
    const head = /^\[([A-Za-z0-9-]+)(?: "[^"\\]*")?]$/.exec(line)
    if (head !== null) {
      section = (head[1] ?? '').toLowerCase()
      continue
    }
    const pair = /^([A-Za-z][A-Za-z0-9-]*)(?:\s*=\s*(.*))?$/.exec(line)
    if (pair === null || line.endsWith('\\')) return false
    const [, key = '', value = ''] = pair
    if (!isHarmless(`${section}.${key.toLowerCase()}`, value, repository, root)) return false
  }
  return true
}

function isHarmless(name: string, value: string, repository: string, root: string): boolean {
  if (harmless.has(name)) return true
  if (name === 'remote.url' || name === 'remote.pushurl' || name === 'submodule.url')
    return address.test(value)
  // The working tree of a submodule; one outside of the workspace would let git change files there.
  if (name !== 'core.worktree' || isAbsolute(value)) return false
  const from = relative(root, join(repository, value))
  return from !== '' && !from.startsWith('..')
}

function of(section: string, keys: string): readonly string[] {
  return keys.split(' ').map((key) => `${section}.${key}`)
}
