import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect, refuse } from './findings.ts'
import { optionTable } from './option-table.ts'
import { readOptions, type ReadWords } from './read-options.ts'
import { recurrenceFault, repetitionFault } from './repetition.ts'
import { sedFault } from './sed-script.ts'

// Without `-l N`: elsewhere `-l` takes nothing, and what follows is the script.
const table = optionTable(
  '-n -E -r -e: -s -u -z --quiet --silent --regexp-extended --expression= --null-data --separate --unbuffered --posix --line-length= --sandbox',
)
const changing = optionTable(
  '-n -E -r -e: -s -u -z -l: -i? -f@ -b --quiet --silent --regexp-extended --expression= --null-data --separate --unbuffered --posix --line-length= --sandbox --in-place[= --file=@ --debug --follow-symlinks --binary',
)

/** `sed`: scripts that print are known; with `-i` its files are written. */
export function examineSed(call: Call, reading: Reading): void {
  const read = readOptions(call.words, changing)
  for (const word of readOptions(call.words, table).unknown)
    refuse(reading, 'option', `sed ${word} is not an option that is known to change nothing`)
  const { scripts, files } = told(read)
  const sure = scripts.length > 0 && read.unknown.length === 0 && !read.dynamic
  const fault = sure
    ? scripts.map(scriptFault).find((one) => one !== undefined)
    : 'something that is not read'
  if (fault !== undefined) {
    refuse(reading, 'script', `the script of sed holds ${fault}`)
    touchAnything(reading)
    addEffect(reading, 'exec', '*')
  }
  for (const { path, value } of read.options) if (path) touch(reading, call.state, 'read', value)
  touchFiles(files, read, call, reading)
}

function scriptFault(script: string | undefined): string | undefined {
  if (script === undefined) return 'what cannot be known'
  const replaced = Array.from(
    script.matchAll(/s([/|#,])((?:\\.|[^\\\n])*?)\1/g),
    ([, , pattern = '']) => pattern,
  )
  return (
    sedFault(script) ??
    repetitionFault(script) ??
    replaced.map(recurrenceFault).find((fault) => fault !== undefined)
  )
}

function touchFiles(
  files: readonly (string | undefined)[],
  read: ReadWords,
  call: Call,
  reading: Reading,
): void {
  const inPlace = read.options.some(({ name }) => name === '-i' || name === '--in-place')
  for (const word of files) {
    if (word === '-' && !inPlace) continue
    touch(reading, call.state, 'read', word)
    if (!inPlace) continue
    touch(reading, call.state, 'write', word)
    touch(reading, call.state, 'delete', word)
  }
}

function told({
  options,
  operands,
}: ReadWords): Readonly<Record<'scripts' | 'files', readonly (string | undefined)[]>> {
  const given = options.filter(({ name }) => ['-e', '--expression', '-f', '--file'].includes(name))
  if (given.length === 0) return { scripts: operands.slice(0, 1), files: operands.slice(1) }
  const scripts = given.map(({ name, value }) => (/f/.test(name) ? undefined : value))
  // Scripts that continue one another are read as one.
  return { scripts: scripts.includes(undefined) ? [undefined] : [scripts.join('\n')], files: operands }
}
