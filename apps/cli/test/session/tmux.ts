import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { program } from '../start-keepup.ts'

/** Whether there is a tmux to be driven. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0

/** A session of the program in a terminal of tmux, as a person has it: keys in, a screen out. */
export interface TmuxSession extends AsyncDisposable {
  readonly project: string
  /** Types a text, then presses Enter. */
  say(text: string): void
  /** Presses keys by the names that tmux has for them. */
  press(...keys: readonly string[]): void
  /** Pastes as a terminal does it, in brackets. */
  paste(text: string): void
  resize(columns: number, rows: number): void
  /** The screen, with what has scrolled out above it. */
  screen(): string
  /** The lines that are seen. */
  visible(): readonly string[]
  /** Resolves with the screen once it fits; fails with what is there instead after half a minute. */
  until(wanted: RegExp): Promise<string>
  /** The process of the program. */
  pid(): number
  /** Whether the terminal shows its cursor. */
  showsCursor(): boolean
}

/** How a session is started. */
export interface TmuxOptions {
  readonly home: string
  readonly words?: readonly string[]
  readonly script?: object
  readonly variables?: Readonly<Record<string, string>>
}

let sessions = 0

/** Starts the program under a shell in a terminal of 80 columns and 30 rows. */
export function startInTmux({ home, words = [], script, variables = {} }: TmuxOptions): TmuxSession {
  const socket = join(home, `tmux-${(sessions += 1)}`)
  const project = join(home, 'project')
  mkdirSync(project, { recursive: true })
  const model = join(home, 'script.json')
  if (script !== undefined) writeFileSync(model, JSON.stringify(script))
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    KEEPUP_COMMAND: 'keepup',
    PS1: 'shell$ ',
    ...(script === undefined ? {} : { KEEPUP_MODEL: `scripted:${model}` }),
    ...variables,
  }
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const started = [process.execPath, ...program, ...words].map((word) => `'${word}'`).join(' ')
  const tmux = (...rest: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...rest], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`tmux ${rest.join(' ')}: ${stderr}`)
    return stdout
  }
  const shell = ['env', '-i', ...pairs, 'sh', '-i']
  tmux('new-session', '-d', '-s', 'keepup', '-x', '80', '-y', '30', '-c', project, ...shell)
  const screen = (): string => tmux('capture-pane', '-t', 'keepup', '-p', '-S', '-500')
  const session: TmuxSession = {
    project,
    say(text) {
      tmux('send-keys', '-t', 'keepup', '-l', text)
      tmux('send-keys', '-t', 'keepup', 'Enter')
    },
    press: (...keys) => void tmux('send-keys', '-t', 'keepup', ...keys),
    paste(text) {
      const file = join(home, 'paste.txt')
      writeFileSync(file, text)
      tmux('load-buffer', file)
      tmux('paste-buffer', '-p', '-t', 'keepup')
    },
    resize: (columns, rows) =>
      void tmux('resize-window', '-t', 'keepup', '-x', String(columns), '-y', String(rows)),
    screen,
    visible: () => tmux('capture-pane', '-t', 'keepup', '-p').trimEnd().split('\n'),
    async until(wanted) {
      for (let turn = 0; turn < 300; turn += 1) {
        const seen = screen()
        if (wanted.test(seen)) return seen
        await sleep(100)
      }
      throw new Error(`${wanted} was not seen, but:\n${screen().trimEnd()}`)
    },
    pid() {
      const parent = tmux('display-message', '-p', '-t', 'keepup', '#{pane_pid}').trim()
      return Number(
        spawnSync('ps', ['-o', 'pid=', '--ppid', parent], { encoding: 'utf8' }).stdout.trim().split('\n')[0],
      )
    },
    showsCursor: () => tmux('display-message', '-p', '-t', 'keepup', '#{cursor_flag}').trim() === '1',
    async [Symbol.asyncDispose]() {
      spawnSync('tmux', ['-S', socket, 'kill-server'])
    },
  }
  session.say(started)
  return session
}
