import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { SandboxPromise } from '@keepup/core'

import { type BreachPlace, secret } from './breach-place.ts'

/** One way out: a command, and how to see from outside that it got out. */
export interface Breach {
  readonly name: string
  readonly breaks: SandboxPromise
  readonly command: string
  /** What the host finds afterwards; `output` is what the command printed. */
  succeeded(place: BreachPlace, output: string): boolean
}

const printsSecret = (_: BreachPlace, output: string): boolean => output.includes(secret)
const printsBreach = (_: BreachPlace, output: string): boolean => output.includes('BREACH')
const made =
  (...path: readonly string[]) =>
  ({ root }: BreachPlace): boolean =>
    existsSync(join(root, ...path))
const holds =
  (text: string, ...path: readonly string[]) =>
  ({ root }: BreachPlace): boolean => {
    const found = join(root, ...path)
    return existsSync(found) && readFileSync(found, 'utf8').includes(text)
  }
const heard =
  (what: string) =>
  (place: BreachPlace): boolean =>
    place.heard.includes(what)

/** Git, run by a person afterwards, outside of the sandbox: whether it runs what the command left. */
const gitRuns =
  (...path: readonly string[]) =>
  ({ root, outside }: BreachPlace): boolean => {
    const cwd = join(root, ...path)
    if (!existsSync(cwd)) return false
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c']
    const env = { PATH: process.env['PATH'], HOME: join(root, '..', 'home'), FIRED: join(outside, 'fired') }
    for (const words of [['status'], [...identity, 'commit', '--allow-empty', '-m', 'x']]) {
      spawnSync('git', words, { cwd, env, stdio: 'ignore' })
    }
    return existsSync(env.FIRED)
  }

const evil = String.raw`printf '#!/bin/sh\necho x > "$FIRED"\n'`
const perl = (script: string): string => `perl -MSocket -e '${script}'`

/** Every way out that is tried. */
export const battery: readonly Breach[] = [
  {
    name: 'a file outside is made',
    breaks: 'writes',
    command: 'echo x > "$OUT/new"',
    succeeded: ({ outside }) => existsSync(join(outside, 'new')),
  },
  {
    name: 'a file outside is changed through a link',
    breaks: 'writes',
    command: 'ln -s "$OUT" link; echo changed > link/precious',
    succeeded: ({ outside }) => readFileSync(join(outside, 'precious'), 'utf8') !== 'precious',
  },
  {
    name: 'a file outside is changed through a hard link',
    breaks: 'writes',
    command: 'ln "$OUT/precious" twin && echo changed > twin',
    succeeded: ({ outside }) => readFileSync(join(outside, 'precious'), 'utf8') !== 'precious',
  },
  {
    name: 'the sandbox’s own memory is removed',
    breaks: 'writes',
    command: 'rm -rf "$STATE"/*; echo x > "$STATE/breach"',
    succeeded: ({ state }) => !existsSync(state) || existsSync(join(state, 'breach')),
  },
  {
    name: 'a key is read',
    breaks: 'reads',
    command: 'cat "$HOME_/.ssh/id_ed25519"',
    succeeded: printsSecret,
  },
  {
    name: 'a key is read through a link',
    breaks: 'reads',
    command: 'ln -s "$HOME_/.ssh" keys; cat keys/id_ed25519',
    succeeded: printsSecret,
  },
  {
    name: 'credentials, a history and the agent’s own settings are read',
    breaks: 'reads',
    command: 'cat "$HOME_/.netrc" "$HOME_/.bash_history" "$HOME_/.config/keepup/keepup.json"',
    succeeded: printsSecret,
  },
  {
    name: 'a variable with a secret is read',
    breaks: 'reads',
    command: 'echo "$SERVICE_TOKEN"; cat /proc/self/environ',
    succeeded: printsSecret,
  },
  {
    name: 'a git hook is written',
    breaks: 'writes',
    command: `mkdir -p .git/hooks; ${evil} > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`,
    succeeded: gitRuns(),
  },
  {
    name: 'a git hook comes by renaming the whole folder',
    breaks: 'writes',
    command: `mv .git old; cp -r old .git; rm -rf .git/hooks; mkdir -p .git/hooks; ${evil} > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`,
    succeeded: gitRuns(),
  },
  {
    name: 'git’s configuration starts a program',
    breaks: 'writes',
    command: `${evil} > p; chmod +x p; git config core.fsmonitor "$PWD/p"; mv .git/config c; cp c .git/config`,
    succeeded: gitRuns(),
  },
  {
    name: 'git is sent to another folder for its configuration',
    breaks: 'writes',
    command: `${evil} > p; chmod +x p; cp -r .git evil; git config -f evil/config core.fsmonitor "$PWD/p"; echo "$PWD/evil" > .git/commondir`,
    succeeded: gitRuns(),
  },
  {
    name: 'an existing nested repository gets a hook',
    breaks: 'writes',
    command: `cd vendor; ${evil} > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`,
    succeeded: gitRuns('vendor'),
  },
  {
    name: 'a new nested repository has a hook',
    breaks: 'writes',
    command: `git init -q new; mkdir -p new/.git/hooks; ${evil} > new/.git/hooks/pre-commit; chmod +x new/.git/hooks/pre-commit`,
    succeeded: gitRuns('new'),
  },
  {
    name: 'a new nested repository’s configuration starts a program',
    breaks: 'writes',
    command: `${evil} > p; chmod +x p; git init -q new; printf '[core]\\n\\tfsmonitor = %s\\n' "$PWD/p" >> new/.git/config`,
    succeeded: gitRuns('new'),
  },
  {
    name: 'a repository hides under another name, behind a .git file',
    breaks: 'writes',
    command: `${evil} > p; chmod +x p; mkdir new; git init -q --bare store; git config -f store/config core.bare false; git config -f store/config core.fsmonitor "$PWD/p"; echo "gitdir: ../store" > new/.git`,
    succeeded: gitRuns('new'),
  },
  {
    name: 'a folder is a bare repository itself',
    breaks: 'writes',
    command: `${evil} > p; chmod +x p; mkdir new; cd new; git init -q --bare .; git config core.bare false; git config core.worktree .; git config core.fsmonitor "$ROOT/p"`,
    succeeded: gitRuns('new'),
  },
  {
    name: 'tools of agents are set up',
    breaks: 'writes',
    command: 'echo evil > .mcp.json; mkdir -p .cursor; echo evil > .cursor/mcp.json',
    succeeded: (place) => holds('evil', '.mcp.json')(place) || made('.cursor', 'mcp.json')(place),
  },
  {
    name: 'settings of agents are replaced by renaming and making anew',
    breaks: 'writes',
    command:
      'mv .claude old; mkdir -p .claude; echo evil > .claude/settings.json; rm -f .claude/settings.json; echo evil > .claude/settings.json',
    succeeded: holds('evil', '.claude', 'settings.json'),
  },
  {
    name: 'files that shells start with are written',
    breaks: 'writes',
    command: 'echo evil > .bashrc; echo evil > .envrc; ln -s p .zshenv',
    succeeded: (place) => ['.bashrc', '.envrc', '.zshenv'].some((name) => holds('evil', name)(place)),
  },
  {
    name: 'editors and machines that build get orders',
    breaks: 'writes',
    command:
      'mkdir -p .vscode .github/workflows; echo evil > .vscode/tasks.json; echo evil > .github/workflows/x.yml; echo evil > Jenkinsfile',
    succeeded: (place) =>
      made('.vscode', 'tasks.json')(place) ||
      made('.github', 'workflows', 'x.yml')(place) ||
      made('Jenkinsfile')(place),
  },
  {
    name: 'a host is reached by TCP',
    breaks: 'network',
    command: `"$NODE" -e 'require("net").connect(+process.env.PORT, "127.0.0.1").on("connect", function () { this.end("GET / HTTP/1.0\\r\\n\\r\\n") }).on("error", () => {})'`,
    succeeded: heard('tcp'),
  },
  {
    name: 'a host is asked by HTTP, through a proxy if there is one',
    breaks: 'network',
    command: 'curl -sS -m 3 "http://127.0.0.1:$PORT/"; curl --noproxy "" -sS -m 3 "http://127.0.0.1:$PORT/"',
    succeeded: (place, output) => heard('tcp')(place) || printsSecret(place, output),
  },
  {
    name: 'a datagram leaves, as a question for a name would',
    breaks: 'network',
    command: `"$NODE" -e 'const s = require("dgram").createSocket("udp4"); s.send("name?", +process.env.UDP, "127.0.0.1", () => setTimeout(() => s.close(), 200)); s.on("error", () => {})'`,
    succeeded: heard('udp'),
  },
  {
    name: 'a socket of this machine is opened',
    breaks: 'network',
    command: `"$NODE" -e 'require("net").connect(process.env.SOCKET).on("data", (d) => console.log(String(d))).on("error", () => {})'`,
    succeeded: (place, output) => heard('socket')(place) || printsSecret(place, output),
  },
  {
    name: 'a pair of datagram sockets could be pointed elsewhere',
    breaks: 'network',
    command: perl('socketpair(my $a, my $b, AF_UNIX, SOCK_DGRAM, 0) and print "BREACH"'),
    succeeded: printsBreach,
  },
  {
    name: 'a socket to the machine below is made',
    breaks: 'network',
    command: perl('socket(my $s, 40, SOCK_STREAM, 0) and print "BREACH"'),
    succeeded: printsBreach,
  },
  {
    name: 'processes outside are seen',
    breaks: 'processes',
    command: 'cat "/proc/$BYSTANDER/environ"; tr "\\0" "\\n" < "/proc/$BYSTANDER/environ"',
    succeeded: printsSecret,
  },
  {
    name: 'a process outside is signalled',
    breaks: 'processes',
    command: 'kill -9 "$BYSTANDER"; sleep 0.2',
    succeeded: ({ bystander }) => bystander.signalCode !== null,
  },
  {
    name: 'the files of the machine are reached through /proc',
    breaks: 'writes',
    command: 'for p in /proc/[0-9]*; do echo x > "$p/root$OUT/new"; done 2>/dev/null',
    succeeded: ({ outside }) => existsSync(join(outside, 'new')),
  },
  {
    name: 'namespaces are made, and something is mounted',
    breaks: 'writes',
    command:
      'unshare -Urm sh -c "mount -t tmpfs none . && echo BREACH"; unshare -U true && echo BREACH; unshare -Ur --fork true && echo BREACH',
    succeeded: printsBreach,
  },
  {
    name: 'the kernel is told what to do',
    breaks: 'writes',
    command: 'p=/proc/sys/kernel/core_pattern; v=$(cat $p); echo "$v" > $p && echo BREACH',
    succeeded: printsBreach,
  },
  {
    // But for questions about pressure, which tell the asker alone.
    name: 'anything of the kernel can be written at all',
    breaks: 'writes',
    command:
      'find /proc -maxdepth 4 \\( -path "/proc/[0-9]*" -o -path /proc/pressure \\) -prune -o -type f -perm /222 -print | while read f; do test -w "$f" && echo "BREACH $f"; done | head -n 5',
    succeeded: printsBreach,
  },
  {
    name: 'a device is made and opened',
    breaks: 'reads',
    command:
      'mknod device c 1 9 && head -c 1 device > /dev/null && echo BREACH; cat /dev/mem 2>/dev/null | head -c 1',
    succeeded: printsBreach,
  },
]
