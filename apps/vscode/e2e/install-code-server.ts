import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const version = '4.139.1'

/** Parts that are built for the machine: terminals, logs, watched files, storage. */
const native = ['node-pty', '@vscode/spdlog', '@vscode/native-watchdog', '@parcel/watcher', '@vscode/sqlite3']

/**
 * The program of code-server, which is VS Code in a browser: installed below the folder, about 640 MB, where it is not there yet. Scripts of packages are not run; the parts in
 * machine code are built with the headers of a Node on the PATH.
 */
export function installCodeServer(folder: string): string {
  const server = join(folder, 'node_modules', 'code-server')
  const entry = join(server, 'out', 'node', 'entry.js')
  const finished = join(folder, 'installed')
  if (existsSync(finished)) return entry
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error']
  const inside = join(server, 'lib', 'vscode')
  npm(folder, 'install', `code-server@${version}`, ...quiet)
  npm(inside, 'install', '--omit=dev', ...quiet)
  npm(join(inside, 'extensions'), 'install', '--omit=dev', ...quiet)
  npm(inside, 'rebuild', ...native)
  writeFileSync(finished, `${version}\n`)
  return entry
}

/** Where the headers of Node are: the one that runs this may have been installed without them. */
function headers(): Readonly<Record<string, string>> {
  const places = [dirname(dirname(process.execPath)), '/usr', '/usr/local']
  const found = places.find((place) => existsSync(join(place, 'include', 'node', 'node.h')))
  return found === undefined ? {} : { npm_config_nodedir: found }
}

function npm(cwd: string, ...words: readonly string[]): void {
  console.log(`npm ${words.join(' ')}`)
  const env = { ...process.env, ...headers() }
  execFileSync('npm', [...words], { cwd, env, stdio: 'inherit', shell: process.platform === 'win32' })
}
