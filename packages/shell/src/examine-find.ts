import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { follow } from './ground.ts'

/** Tests and actions without a value that print or choose. */
const alone = new Set(
  '-print -print0 -ls -prune -quit -not ! -o -or -a -and , ( ) -empty -depth -d -mount -xdev -daystart -noleaf -nouser -nogroup -readable -writable -executable -true -false -nowarn -warn -ignore_readdir_race'.split(
    ' ',
  ),
)

/** Those with a value that is text. */
const valued = new Set(
  '-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -maxdepth -mindepth -size -mtime -atime -ctime -mmin -amin -cmin -perm -user -group -uid -gid -links -inum -printf -used -fstype -lname -ilname -newermt -newerat -newerct'.split(
    ' ',
  ),
)

/** Those with a file whose time or identity is compared. */
const files = new Set('-newer -anewer -cnewer -samefile -newermm'.split(' '))

const running = new Set(['-exec', '-execdir', '-ok', '-okdir'])
const writing = new Set(['-fprint', '-fprint0', '-fls', '-fprintf'])

/** `find`: folders, then an expression. Names are listed; `-delete`, `-exec` and output files are what they are. */
export function examineFind(call: Call, reading: Reading): void {
  const { words } = call
  let at = words.findIndex((word) => word !== '-P')
  if (at === -1) at = words.length
  const starts: (string | undefined)[] = []
  for (; at < words.length; at++) {
    const word = words[at]
    if (word !== undefined && /^(-.|[!(),]$)/.test(word)) break
    starts.push(word)
  }
  const folders = starts.length === 0 ? ['.'] : starts
  for (const word of folders) touch(reading, call.state, 'read', word, true)
  while (at < words.length) at = examineAction(call, at, folders, reading)
}

function examineAction(
  call: Call,
  at: number,
  folders: readonly (string | undefined)[],
  reading: Reading,
): number {
  const word = call.words[at]
  if (word === undefined) return unknownAction(call, at, reading)
  if (alone.has(word)) return at + 1
  if (valued.has(word)) {
    if (call.words[at + 1] === undefined)
      doubt(reading, 'dynamic', `the value of ${word} cannot be known before it runs`)
    return at + 2
  }
  if (files.has(word)) {
    touch(reading, call.state, 'read', call.words[at + 1])
    return at + 2
  }
  if (word === '-delete') {
    refuse(reading, 'changes', 'find -delete deletes')
    for (const folder of folders) deleteBeneath(folder, call, reading)
    return at + 1
  }
  if (writing.has(word)) {
    refuse(reading, 'changes', `find ${word} writes a file`)
    touch(reading, call.state, 'write', call.words[at + 1])
    touch(reading, call.state, 'delete', call.words[at + 1])
    return at + (word === '-fprintf' ? 3 : 2)
  }
  if (running.has(word)) return examineRun(call, at + 1, reading)
  return unknownAction(call, at, reading)
}

function deleteBeneath(folder: string | undefined, call: Call, reading: Reading): void {
  if (folder === undefined || call.state.folders.length === 0)
    return touch(reading, call.state, 'delete', undefined)
  for (const from of call.state.folders)
    addEffect(reading, 'delete', `${follow(reading.ground, from, folder)}/**`.replace('//', '/'))
}

function examineRun(call: Call, from: number, reading: Reading): number {
  refuse(reading, 'wrapper', 'find runs what it is given')
  let end = from
  while (
    end < call.words.length &&
    call.words[end] !== ';' &&
    !(call.words[end] === '+' && call.words[end - 1] === '{}')
  )
    end++
  const words = call.words.slice(from, end).map((word) => (word?.includes('{}') === true ? undefined : word))
  if (words.length > 0)
    reading.readCall(words, {
      ...call.state,
      folders: [],
      depth: call.state.depth + 1,
      wrappers: [...call.state.wrappers, 'find'],
    })
  return end + 1
}

function unknownAction(call: Call, at: number, reading: Reading): number {
  doubt(
    reading,
    'option',
    `find ${call.words[at] ?? 'with a word that cannot be known'} is not known to change nothing`,
  )
  touchAnything(reading)
  addEffect(reading, 'exec', '*')
  return at + 1
}
