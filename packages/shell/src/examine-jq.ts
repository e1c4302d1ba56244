import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { refuse } from './findings.ts'
import { jqFault } from './jq-filter.ts'
import { optionTable } from './option-table.ts'
import { readOptions, type ReadWords } from './read-options.ts'

const table = optionTable(
  '-r -j -a -s -S -c -C -M -n -e -R --raw-output --raw-output0 --join-output --ascii-output --slurp --sort-keys --compact-output --color-output --monochrome-output --null-input --exit-status --raw-input --tab --unbuffered --seq --stream',
)

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

/** `--arg name value` and `--argjson name value` are text, where they stand as options: before `--`, and not as what another option takes. */
function withoutNamed(words: Call['words']): { readonly words: Call['words']; readonly named: boolean } {
  const kept: (string | undefined)[] = []
  let known = !words.includes('--')
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === '--arg' || word === '--argjson') {
      known &&= at + 2 < words.length && words[at + 1] !== undefined && words[at + 2] !== undefined
      at += 2
    } else if (word === '--indent') {
      at++
      known &&= /^[0-7]$/.test(words[at] ?? '')
    } else kept.push(word)
  }
  return { words: kept, named: known }
}

function filterFault(filter: string | undefined, read: ReadWords, named: boolean): string | undefined {
  if (filter === undefined || read.dynamic || !named) return 'the filter of jq cannot be known before it runs'
  if (read.unknown.length > 0) return `jq ${read.unknown[0]} is not an option that is known to change nothing`
  const fault = jqFault(filter)
  return fault === undefined ? undefined : `the filter of jq holds ${fault}`
}
