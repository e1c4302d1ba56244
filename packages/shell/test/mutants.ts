import type { Chance } from './chance.ts'

/** A change of a command that keeps what it does, or `undefined` where it does not apply. */
type Mutate = (command: string, chance: Chance) => string | undefined

/** Several lines, comments and ends of here-documents do not go into one line. */
function isOneLine(command: string): boolean {
  return !command.includes('\n') && !/<<(?!<)|#/.test(command)
}

/** Where blanks stand between words, outside of quotes and after no backslash. */
function gaps(command: string): readonly number[] {
  const found: number[] = []
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at)
    if (character === '\\' && quote !== "'") at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === "'" || character === '"') quote = character
    else if (character === ' ') found.push(at)
  }
  return found
}

/** Plain words that no shell reads in any other way: begin and end. */
function plainWords(command: string): readonly (readonly [begin: number, end: number])[] {
  const ends = [-1, ...gaps(command), command.length]
  return ends.slice(1).flatMap((end, index) => {
    const begin = (ends[index] ?? -1) + 1
    const word = command.slice(begin, end)
    const isKeyword =
      /^(if|then|else|elif|fi|for|in|do|done|case|esac|while|until|time|function|select|coproc|\w+=.*|\d+)$/.test(
        word,
      )
    return /^[\w./:@=,+-]+$/.test(word) && !isKeyword ? [[begin, end] as const] : []
  })
}

function replaceAt(command: string, [begin, end]: readonly [number, number], text: string): string {
  return command.slice(0, begin) + text + command.slice(end)
}

function quoting(...quotes: readonly ((word: string) => string)[]): Mutate {
  return (command, chance) => {
    const words = isOneLine(command) ? plainWords(command) : []
    if (words.length === 0) return undefined
    const word = chance.pick(words)
    return replaceAt(command, word, chance.pick(quotes)(command.slice(...word)))
  }
}

function between(text: string): Mutate {
  return (command, chance) => {
    const found = isOneLine(command) ? gaps(command) : []
    if (found.length === 0) return undefined
    const at = chance.pick(found)
    return replaceAt(command, [at, at + 1], text)
  }
}

function around(before: string, after: string = ''): Mutate {
  return (command) =>
    isOneLine(command) && !/[&;]\s*$/.test(command) ? `${before}${command}${after}` : undefined
}

const singly = (word: string): string => `'${word}'`
const doubly = (word: string): string => `"${word}"`

/** Wraps a simple command: lists and pipes would put only their first part under the wrapper, and so would assignments. */
function wrapper(text: string): Mutate {
  return (command) =>
    isOneLine(command) && !/[|&;<>(){}!]|^\w+=|^(if|for|while|cd|time) /.test(command)
      ? `${text} ${command}`
      : undefined
}

/** Changes under which something hostile stays so. */
export const hostileMutations: Readonly<Record<string, Mutate>> = {
  quotes: quoting(
    singly,
    doubly,
    (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
    (word) => `${word.slice(0, 1)}""${word.slice(1)}`,
  ),
  backslash: quoting(
    (word) => `\\${word}`,
    (word) => word.replace(/^(.)(.)/, String.raw`$1\$2`),
  ),
  ansi: quoting(
    (word) => `$'${word}'`,
    (word) => `$"${word}"`,
  ),
  blanks: between('   '),
  tabs: between('\t'),
  hidden: between(' '.repeat(120)),
  continued: between(' \\\n'),
  'continued word': (command, chance) => {
    const words = isOneLine(command) ? plainWords(command).filter(([begin, end]) => end - begin > 1) : []
    if (words.length === 0) return undefined
    const [begin] = chance.pick(words)
    return `${command.slice(0, begin + 1)}\\\n${command.slice(begin + 1)}`
  },
  'carriage return': between(' \r'),
  unicode: (command, chance) =>
    between(
      chance.pick(['\u00a0', ' \u200b', '\u2003', ' \u202e', '\u3000', ' \ufeff', ' \u00ad', '\u2028']),
    )(command, chance),
  env: wrapper('env'),
  command: wrapper('command'),
  timeout: wrapper('timeout 5'),
  'timeout twice': wrapper('timeout 5 timeout 10'),
  nice: wrapper('nice -n 5'),
  nohup: wrapper('nohup'),
  sudo: wrapper('sudo -n'),
  xargs: wrapper('xargs -r'),
  stdbuf: wrapper('stdbuf -oL'),
  exec: wrapper('exec'),
  bash: (command) => `bash -c '${command.replaceAll("'", String.raw`'\''`)}'`,
  eval: (command) => `eval '${command.replaceAll("'", String.raw`'\''`)}'`,
  absolute: (command) =>
    /^[a-z]/.test(command) && !/^(if|for|while|until|case|select|function|time|coproc)\b/.test(command)
      ? `/usr/bin/${command}`
      : undefined,
  abbreviated: (command, chance) => {
    const options = [...command.matchAll(/--[a-z-]{5,}/g)]
    if (options.length === 0) return undefined
    const { 0: option, index } = chance.pick(options)
    return replaceAt(command, [index, index + option.length], option.slice(0, -1))
  },
  bundled: (command) =>
    / -[a-z] -[a-z]/.test(command) ? command.replace(/ -([a-z]) -([a-z])/, ' -$1$2') : undefined,
  'after a pipe': around('ls | '),
  'before a pipe': around('', ' | cat'),
  'after and': around('true && '),
  'after or': around('false || '),
  'after a list': around('ls; '),
  'after a line': around('ls\n'),
  'before a list': around('', '; ls'),
  subshell: around('(', ')'),
  group: around('{ ', '; }'),
  condition: around('if true; then ', '; fi'),
  clause: around('if ', '; then ls; fi'),
  loop: around('for i in 1 2; do ', '; done'),
  negated: (command, chance) => (command.includes('||') ? undefined : around('! ')(command, chance)),
  timed: around('time '),
  silenced: around('', ' > /dev/null 2>&1'),
  assigned: around('zz=1; '),
}

/** Changes under which something harmless stays so, and among what runs by itself. */
export const benignMutations: Readonly<Record<string, Mutate>> = {
  quotes: (command, chance) => {
    const words = isOneLine(command) ? plainWords(command) : []
    if (words.length === 0) return undefined
    const word = chance.pick(words)
    return replaceAt(command, word, chance.pick([singly, doubly])(command.slice(...word)))
  },
  blanks: between('   '),
  tabs: between(' \t'),
  leading: around('  '),
  trailing: around('', '  '),
  continued: (command, chance) =>
    /[;(){}!<>]/.test(command) ? undefined : between(' \\\n  ')(command, chance),
  head: around('', ' | head -20'),
  cat: around('', ' | cat'),
  'after and': around('true && '),
  'after ls': around('ls && '),
  'before echo': around('', '; echo done'),
  'after a line': around('pwd\n'),
  'or true': around('', ' || true'),
  subshell: around('(', ')'),
  group: around('{ ', '; }'),
  condition: around('if true; then ', '; fi'),
  loop: around('for i in 1 2; do ', '; done'),
  timed: around('time '),
  timeout: (command, chance) =>
    /^(cat|head|tail|wc|grep|rg|ls|find|git|sed|awk|sort|du|tree|npm|pnpm|cargo|go|pytest|make) /.test(
      command,
    )
      ? wrapper('timeout 5')(command, chance)
      : undefined,
  silenced: around('', ' 2>/dev/null'),
}

/** A mutant of one of the commands, by one or two changes, with the names of the changes. */
export function mutant(
  commands: readonly string[],
  mutations: Readonly<Record<string, Mutate>>,
  chance: Chance,
): { readonly command: string; readonly by: string; readonly from: string } {
  for (;;) {
    const from = chance.pick(commands)
    const names =
      chance.below(3) === 0
        ? [chance.pick(Object.keys(mutations)), chance.pick(Object.keys(mutations))]
        : [chance.pick(Object.keys(mutations))]
    let command: string | undefined = from
    for (const name of names) command = command === undefined ? undefined : mutations[name]?.(command, chance)
    if (command !== undefined) return { command, by: names.join(' + '), from }
  }
}
