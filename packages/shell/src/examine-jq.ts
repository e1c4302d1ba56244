import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { refuse } from './findings.ts'
import { optionTable } from './option-table.ts'
import { readOptions, type ReadWords } from './read-options.ts'

const table = optionTable(
  '-r -j -a -s -S -c -C -M -n -e -R --raw-output --raw-output0 --join-output --ascii-output --slurp --sort-keys --compact-output --color-output --monochrome-output --null-input --exit-status --raw-input --tab --unbuffered --indent= --seq --stream',
)

/** Words of a filter that read elsewhere, tell the environment or may never end. */
const refused =
  /\$ENV\b|\$__|(^|[^.\w$"])(env|inputs?|input_filename|import|include|modulemeta|get_search_list|until|while|repeat|range|recurse|def|label|foreach|combinations|debug|stderr|halt|halt_error|infinite)\b/

/** `jq`: a filter, then files. Options that read files as variables or load modules are not known. */
export function examineJq(call: Call, reading: Reading): void {
  const { words, named } = withoutNamed(call.words)
  const read = readOptions(words, table)
  const [filter, ...files] = read.operands
  const fault = filterFault(filter, read, named)
  if (fault !== undefined) {
    refuse(reading, 'script', fault)
    touchAnything(reading)
  }
  for (const word of files) if (word !== '-') touch(reading, call.state, 'read', word)
}

/** `--arg name value` and `--argjson name value` are text. */
function withoutNamed(words: Call['words']): { readonly words: Call['words']; readonly named: boolean } {
  const kept: (string | undefined)[] = []
  let known = true
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--arg' || words[at] === '--argjson') {
      known &&= at + 2 < words.length && words[at + 1] !== undefined && words[at + 2] !== undefined
      at += 2
    } else kept.push(words[at])
  }
  return { words: kept, named: known }
}

function filterFault(filter: string | undefined, read: ReadWords, named: boolean): string | undefined {
  if (filter === undefined || read.dynamic || !named) return 'the filter of jq cannot be known before it runs'
  if (read.unknown.length > 0) return `jq ${read.unknown[0]} is not an option that is known to change nothing`
  const plain = withoutStrings(filter)
  if (/\d{8}|\d[eE]\+?\d/.test(plain) || (/"\s*\*|\*\s*"/.test(plain) && /\d{5}/.test(plain)))
    return 'a number in the filter of jq may fill memory'
  const word = refused.exec(plain)
  return word === null ? undefined : `the filter of jq holds ${word[0].trim()}`
}

/** Texts hold words of any kind; one with `\(` holds a filter again and stays. */
function withoutStrings(filter: string): string {
  return filter.replace(/"(?:[^"\\]|\\[^(])*"/g, '""')
}
