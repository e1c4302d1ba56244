import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { judgedEnvironment } from '../src/index.ts'

/** What one command did. */
export interface TracedRun {
  readonly command: string
  readonly status: number
  /** Calls of the system that opened for writing, changed, connected or ran something that it may not. */
  readonly faults: readonly string[]
  /** Programs that it ran. */
  readonly programs: readonly string[]
}

/** Programs that this needs, and that are missing here. */
export function missingPrograms(): readonly string[] {
  return ['bwrap', 'strace', 'bash', 'git'].filter((name) => spawnSync('which', [name]).status !== 0)
}

const calls =
  'open,openat,openat2,creat,execve,execveat,socket,connect,sendto,sendmsg,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,symlink,symlinkat,link,linkat,mknod,mknodat,utimensat,setxattr,mount,ptrace,kill'

/** A small project, with history. */
export function makeWorkspace(folder: string): void {
  for (const name of [
    'src/lib',
    'test',
    'packages/core/src',
    'packages/tools',
    'docs',
    'dist',
    'node_modules/x',
  ])
    mkdirSync(join(folder, name), { recursive: true })
  const files: Readonly<Record<string, string>> = {
    'package.json':
      '{ "name": "x", "version": "1.0.0", "scripts": { "test": "echo" }, "dependencies": {} }\n',
    'packages/core/package.json': '{ "name": "core" }\n',
    'packages/core/src/index.ts': 'export const a = 1\n',
    'src/index.ts': 'import { b } from "./a.ts"\nexport const TODO = b\n',
    'src/a.ts': 'export const b = 1 // foo\n',
    'src/b.ts': 'export const c = 2\n',
    'README.md': '# x\n\n## y\n',
    f: 'a b c\nfoo bar\n1 2 3\n',
    'f.txt': 'one\ntwo\n',
    g: 'x\n',
    a: '1\n2\n',
    b: '2\n3\n',
    'a.txt': 'a\n',
    'b.txt': 'b\n',
    'data.csv': 'a,b\n1,2\n',
    'data.json': '[1, 2, 3]\n',
    'log.txt': 'error one\nfine\n',
    'tsconfig.json': '{ "compilerOptions": { "strict": true } }\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  symlinkSync('a.txt', join(folder, 'link'))
  const git = (...words: readonly string[]): void => {
    const named = [
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@example.com',
      '-c',
      'init.defaultBranch=main',
      '-c',
      'commit.gpgsign=false',
    ]
    spawnSync('git', [...named, ...words], { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } })
  }
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  writeFileSync(join(folder, 'src/b.ts'), 'export const c = 3\n')
  git('commit', '-qam', 'second: fix')
  writeFileSync(join(folder, 'src/a.ts'), 'export const b = 2\n')
}

/** Runs commands by bash, each under a trace of its calls, in one sandbox that can neither write nor reach a network. */
export function runTraced(
  commands: readonly string[],
  workspace: string,
  traces: string,
): readonly TracedRun[] {
  // Nothing is learnt by waiting.
  const hurried = (command: string): string => command.replaceAll(/\bsleep \d+\b/g, 'sleep 0')
  commands.forEach((command, index) => writeFileSync(join(traces, `${index}.sh`), hurried(command)))
  const driver = `cd /work && for s in $(ls /traces | grep '[.]sh$'); do n=\${s%.sh}
    timeout -k 1 20 strace -ff -qq -s 200 -e trace=${calls} -o /traces/$n.trace bash --noprofile --norc -c "$(cat /traces/$s)" < /dev/null > /dev/null 2>&1
    echo $? > /traces/$n.status; done`
  const binds = [
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--tmpfs',
    '/mnt',
    '--tmpfs',
    '/tmp',
    '--dir',
    '/tmp/home',
  ]
  const shown = ['--ro-bind', workspace, '/mnt/work', '--bind', traces, '/mnt/traces']
  const sandbox = ['--unshare-all', '--die-with-parent', '--new-session', '--chdir', '/mnt/work']
  const { status, stderr } = spawnSync(
    'bwrap',
    [
      ...binds,
      ...shown,
      ...sandbox,
      'bash',
      '-c',
      driver.replaceAll('/traces', '/mnt/traces').replace('cd /work', 'cd /mnt/work'),
    ],
    {
      env: judgedEnvironment({
        PATH: process.env['PATH'],
        HOME: '/tmp/home',
        GIT_CEILING_DIRECTORIES: '/mnt',
      }),
      encoding: 'utf8',
      timeout: 600_000,
    },
  )
  if (status !== 0) throw new Error(`the sandbox ended with ${status}: ${stderr}`)
  const files = readdirSync(traces)
  return commands.map((command, index) => {
    // One file for each process, so that no call stands in two parts.
    const own = files.filter((name) => name.startsWith(`${index}.trace.`))
    if (own.length === 0) throw new Error(`there is no trace of ${command}`)
    const trace = own.map((name) => readFileSync(join(traces, name), 'utf8')).join('\n')
    const ended = Number(readFileSync(join(traces, `${index}.status`), 'utf8'))
    return { command, status: ended, ...readTrace(trace) }
  })
}

function readTrace(trace: string): Pick<TracedRun, 'faults' | 'programs'> {
  const faults: string[] = []
  const programs: string[] = []
  for (const line of trace.split('\n')) {
    const call = /^(\w+)\((.*)$/.exec(line)
    if (call === null) continue
    const [, name = '', rest = ''] = call
    if (name !== 'execve' && name !== 'execveat') {
      if (isFault(name, rest)) faults.push(line)
    } else if (rest.endsWith('= 0')) programs.push(/"([^"]*)"/.exec(rest)?.[1] ?? '?')
  }
  return { faults, programs }
}

/** Anything that is not opening for reading is one, but for the null device, terminals and the socket of the name cache. */
function isFault(name: string, rest: string): boolean {
  if (name.startsWith('open'))
    return /O_(WRONLY|RDWR|CREAT|TRUNC|TMPFILE)/.test(rest) && !/"\/dev\/(null|tty)"/.test(rest)
  if (name === 'socket') return !/AF_UNIX/.test(rest)
  if (name === 'connect') return !/nscd\/socket/.test(rest)
  if (name === 'kill') return false
  return true
}
