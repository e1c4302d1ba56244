import { type Command, type Complete, RootCommand, script } from '@bomb.sh/tab'
import type { Command as Route, CommandContext, RouteMap } from '@stricli/core'

import { createApplication } from './application.ts'
import type { Host } from './host.ts'
import { flagTexts } from './settings/flag-texts.ts'
import { resolveSettings } from './settings/resolve-settings.ts'
import { settingNames, settingTable } from './settings/setting-table.ts'

/** The shells that completions exist for. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

type Shell = (typeof shells)[number]

/** The script that teaches a shell to ask this program for completions. */
export function completionScript(shell: Shell): string {
  const text = printed(() => script(shell, 'keepup', 'keepup'))
  // A file such as .bashrc is read more than once, and `readonly` would complain the second time.
  return shell === 'bash' ? bashFallback + text.replaceAll(/^readonly /gm, '') : text
}

/** The script counts on the package bash-completion, which many machines lack: this much of it is enough. */
const bashFallback = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  }
fi
`

/** Prints what may follow the words typed so far, one suggestion a line, as the shells' scripts expect it. Never fails. */
export async function completeWords(words: readonly string[], host: Host): Promise<number> {
  const root = new RootCommand()
  const threads = await threadNames(words, host)
  describeRoutes(root, createApplication(host.environment).root, '', threads)
  host.stdout.write(printed(() => root.parse([...words])))
  return 0
}

/** The library prints with `console.log`; this gives what it printed. */
function printed(print: () => void): string {
  const lines: string[] = []
  const { log } = console
  console.log = (text: string) => lines.push(text)
  try {
    print()
  } finally {
    console.log = log
  }
  return `${lines.join('\n')}\n`
}

type Target<Context extends CommandContext> = Route<Context> | RouteMap<Context>

function describeRoutes<Context extends CommandContext>(
  root: RootCommand,
  target: Target<Context>,
  name: string,
  threads: readonly string[],
): void {
  if ('parameters' in target) {
    describeCommand(root.command(name, target.brief), target, threads)
    return
  }
  if (name !== '') root.command(name, target.brief)
  for (const entry of target.getAllEntries()) {
    const path = `${name} ${entry.name['convert-camel-to-kebab']}`.trim()
    describeRoutes(root, entry.target, path, threads)
  }
}

function describeCommand<Context extends CommandContext>(
  command: Command,
  { parameters }: Route<Context>,
  threads: readonly string[],
): void {
  for (const [name, flag] of Object.entries(parameters.flags ?? {})) {
    const spelled = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const values = spelled === 'thread' ? threads : flagValues(spelled)
    if (flag.kind === 'boolean') command.option(spelled, flag.brief)
    else command.option(spelled, flag.brief, suggest(values))
  }
  for (const [name, values] of positions[command.value] ?? []) {
    command.argument(name, suggest(name.endsWith('thread') ? threads : values))
  }
}

/** What stands after a command's name, where it can be listed. */
const positions: Readonly<Record<string, readonly (readonly [name: string, values: readonly string[]])[]>> = {
  resume: [['thread', []]],
  history: [['thread', []]],
  show: [['thread', []]],
  tag: [['thread', []]],
  rewind: [['thread', []]],
  fork: [['thread', []]],
  diff: [
    ['thread', []],
    ['other thread', []],
  ],
  compare: [['thread', []]],
  replay: [['thread', []]],
  bisect: [['thread', []]],
  'test record': [['thread', []]],
  signal: [
    ['thread', []],
    ['kind', ['steer', 'message', 'stop', 'interrupt', 'answer']],
  ],
  complete: [['shell', shells]],
}

function flagValues(flag: string): readonly string[] {
  const settings = settingNames.map((name) => settingTable[name])
  return settings.find((setting) => setting.flag === flag)?.values ?? []
}

function suggest(values: readonly string[]): (complete: Complete) => void {
  return (complete) => {
    for (const value of values) complete(value, '')
  }
}

const takeThreads = new Set(
  'resume signal history show tag rewind fork diff compare replay bisect test'.split(' '),
)

/** The latest threads, where the words may be followed by one. Looking them up must never spoil a completion. */
async function threadNames(words: readonly string[], host: Host): Promise<readonly string[]> {
  if (!takeThreads.has(words[0] ?? '') && !words.includes('--thread')) return []
  try {
    const { openExistingStore, placeOf } = await import('./store.ts')
    const here = host.workingDirectory
    const { settings } = resolveSettings({
      flags: flagTexts({}),
      environment: host.environment,
      here,
      folder: here,
    })
    await using store = await openExistingStore(placeOf(settings, host.environment))
    const names: string[] = []
    for await (const { thread } of store.checkpointer.threads({ limit: 50 })) names.push(thread)
    return names
  } catch {
    return []
  }
}
