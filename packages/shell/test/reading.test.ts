import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { analyseCommand, judgeCommand } from '../src/index.ts'
import { createChance } from './chance.ts'
import { missingPrograms } from './traced-run.ts'

const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)
const count = Number(process.env['KEEPUP_LIVES'] ?? 5000) * 2
const missing = missingPrograms()

/** Pieces that shells and parsers read differently where one of them is wrong. */
const signs =
  "a b . / ' ' \" \" \\ \\ $ $ { } , * ? [ ] ~ # ! = : - ( ) ; & | < > x 1 ` .. $x $? ${x} sub % ^ @ + echo cat EOF <<EOF <<'EOF' x= x=a; && || >/dev/null 2>&1"
const spaced = [
  'a b',
  'for x in ',
  ' do ',
  ' done',
  'if ',
  ';then ',
  ';fi',
  '{ ',
  '; }',
  'cd sub',
  '\nEOF\n',
  "printf '<%s>' ",
]
const pieces = [' ', ' ', ' ', '\n', '\t', '\\\n', ...spaced, ...signs.split(' ')]

/** Programs of the shell that write down with which words they were called. */
const recorders = ['printf', 'echo', 'cat']
  .map(
    (name) =>
      `${name}() { builtin printf 'P'; builtin printf '\\1%s' ${name} "$@"; builtin printf '\\2'; } >&7\n`,
  )
  .join('')

const scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
const root = join(scratch, 'work')

/** Commands made at random of which the judge says that it knows every word. */
function readableCommands(): readonly string[] {
  const chance = createChance(seed)
  const made = new Set<string>()
  for (let index = 0; index < count; index++) {
    const length = 1 + chance.below(10)
    const text = Array.from({ length }, () => chance.pick(pieces)).join('')
    made.add(chance.below(2) === 0 ? `printf '<%s>' ${text}` : text)
  }
  // The parts of a pipe write down their words in any order.
  return [...made].filter(
    (command) =>
      !/[^|]\|([^|]|$)/.test(command) &&
      judgeCommand(command, 'read-only', { root, home: '/home/u' }).decision === 'allow',
  )
}

/** What bash calls, with every word, one list for each command. */
function runAll(
  commands: readonly string[],
): readonly { called: readonly (readonly string[])[]; errors: string }[] {
  commands.forEach((command, index) => writeFileSync(join(scratch, `${index}.sh`), recorders + command))
  const driver = `cd "$0/work"; for ((i = 0; i < ${commands.length}; i++)); do ( exec 7> "$0/$i.out"; exec bash --noprofile --norc -c "$(< "$0/$i.sh")" > /dev/null 2> "$0/$i.err" < /dev/null ); done`
  const binds = [
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--bind',
    scratch,
    scratch,
    '--ro-bind',
    root,
    root,
  ]
  const { status, stderr } = spawnSync(
    'bwrap',
    [
      ...binds,
      '--setenv',
      'HOME',
      '/home/u',
      '--unshare-all',
      '--die-with-parent',
      'bash',
      '-c',
      driver,
      scratch,
    ],
    { encoding: 'utf8' },
  )
  if (status === null) throw new Error(stderr)
  return commands.map((_, index) => ({
    called: readFileSync(join(scratch, `${index}.out`), 'utf8')
      .split('\u0002')
      .slice(0, -1)
      .map((call) => call.split('\u0001').slice(1)),
    errors: readFileSync(join(scratch, `${index}.err`), 'utf8'),
  }))
}

/** Whether a call is one that was foretold; a word that cannot be known fits any. */
function foretold(call: readonly string[], words: readonly (string | undefined)[]): boolean {
  if (call.length === words.length)
    return call.every((word, index) => words[index] === undefined || words[index] === word)
  return words.includes(undefined)
}

describe.skipIf(missing.length > 0)('commands made at random, read by bash and by the judge', () => {
  beforeAll(() => {
    mkdirSync(join(root, 'sub'), { recursive: true })
    for (const name of ['a', 'b', 'ab', 'a b', 'a*', 'x.ts', '.d', 'sub/a', 'sub/c', '-n', '{a', 'a}'])
      writeFileSync(join(root, name), '')
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  test('have the same words for both', () => {
    const commands = readableCommands()
    expect(commands.length).toBeGreaterThan(count / 60)
    const odd = runAll(commands).flatMap(({ called, errors }, index) => {
      const command = commands[index] ?? ''
      const expected = analyseCommand(command, { root, home: '/home/u' }).invocations.map(
        ({ name, words }) => [name, ...words],
      )
      const strange = called.filter((call) => !expected.some((words) => foretold(call, words)))
      return strange.length > 0 || /syntax error|unexpected EOF|here-document/.test(errors)
        ? [{ command, called, expected, errors }]
        : []
    })
    expect(odd, `SEED=${seed}`).toEqual([])
  }, 600_000)
})
