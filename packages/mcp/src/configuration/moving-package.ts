import { basename } from 'node:path'

import type { WrittenTransport } from './written-server.ts'

/** Programs that fetch a package and run it: the words before the package, the options that take a value, and how a version is written. */
interface Launcher {
  readonly before: readonly string[]
  readonly valued: readonly string[]
  /** The options that name the package, where it is not what is run. */
  readonly naming: readonly string[]
  readonly pinned: RegExp
}

const npmVersion = /^(@[^/@]+\/)?[^@]+@\d+\.\d+\.\d+([-+][\w.+-]*)?$|^(?:\.{0,2}\/|file:)/
const pythonVersion = /(==|@)\d+(\.\d+)+[\w.+-]*$|^(?:\.{0,2}\/|file:)/
const npm: Launcher = {
  before: [],
  valued: ['--registry', '--cache', '--userconfig', '-w', '--workspace', '-c', '--call'],
  naming: ['-p', '--package'],
  pinned: npmVersion,
}
const python: Launcher = {
  before: [],
  valued: ['--python', '-p', '--index', '--index-url', '--with', '--cache-dir', '--directory'],
  naming: ['--from', '--spec'],
  pinned: pythonVersion,
}
const launchers: readonly (readonly [command: string, launcher: Launcher])[] = [
  ['npx', npm],
  ['bunx', npm],
  ['pnpx', npm],
  ['npm', { ...npm, before: ['exec'] }],
  ['npm', { ...npm, before: ['x'] }],
  ['pnpm', { ...npm, before: ['dlx'] }],
  ['yarn', { ...npm, before: ['dlx'] }],
  ['bun', { ...npm, before: ['x'] }],
  ['uvx', python],
  ['uv', { ...python, before: ['tool', 'run'] }],
  ['pipx', { ...python, before: ['run'] }],
]

/**
 * The package that a server's command fetches in whatever version is the newest when it is started, `undefined` where it fetches none, or one exact version. Whoever
 * publishes the package, or one of a name like it, decides then what is run, also after the command was approved.
 */
export function movingPackage(transport: WrittenTransport): string | undefined {
  if (transport.type !== 'stdio') return undefined
  const command = basename(transport.command.replaceAll('\\', '/')).replace(/\.(cmd|exe|ps1)$/i, '')
  if (command === 'docker' || command === 'podman') return movingImage(transport.args)
  const found = launchers.find(
    ([name, { before }]) => name === command && before.every((word, at) => transport.args[at] === word),
  )
  if (found === undefined) return undefined
  const [, launcher] = found
  const name = packageOf(transport.args.slice(launcher.before.length), launcher)
  return name === undefined || launcher.pinned.test(name) ? undefined : name
}

function packageOf(args: readonly string[], { valued, naming }: Launcher): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const [option = '', given] = (args[at] ?? '').split(/=(.*)/s)
    if (naming.includes(option)) return given ?? args[at + 1]
    if (!option.startsWith('-')) return args[at]
    if (valued.includes(option) && given === undefined) at++
  }
  return undefined
}

/** @limit Options of `docker run` that take a value, as far as servers are started with them. */
const valuedOfRun = new Set(
  '-e --env --env-file -v --volume --mount -p --publish --name --network --net -u --user -w --workdir --entrypoint --platform -l --label --add-host --cpus -m --memory --pull'.split(
    ' ',
  ),
)

/** An image is only fixed by its digest: tags move. */
function movingImage(args: readonly string[]): string | undefined {
  const [, ...rest] = args[0] === 'run' ? args : []
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ''
    if (!word.startsWith('-')) return /@sha256:[0-9a-f]{64}$/.test(word) ? undefined : word
    if (valuedOfRun.has(word)) at++
  }
  return undefined
}
