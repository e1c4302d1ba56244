import { randomUUID } from 'node:crypto'
import { link, lstat, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { coveredFolders } from './covered-folders.ts'
import { areAsMarked, type FileMarks, lastChanges, type LastChange, markFiles } from './file-marks.ts'
import { git } from './git-command.ts'
import { type Look, lookAtFiles } from './look-at-files.ts'
import { readNulList } from './nul-list.ts'
import type { Shadow } from './shadow.ts'

/** Looks at all files, of which those that find nothing changed cost no process. */
export interface RememberedLooks {
  /** The last look, where nothing has changed since. */
  recall(): Promise<Look | undefined>
  /** Looks with git, and remembers what the files were like. */
  look(): Promise<Look>
  /** Resolves once nothing is under way. */
  settled(): Promise<void>
}

/** More files and folders than these are looked at faster by git. */
const mostMarks = 50_000
/** In nanoseconds. A clock of a disk stands still for up to 10 ms; one that counts seconds, or is another's, may be off by more. */
const fine = 20_000_000n
const coarse = 3_000_000_000n
const second = 1_000_000_000n

/**
 * Remembers the latest look at a working tree. It is trusted by what git trusts an index by (gitformat-index, racy-git): size, inode, and the times of the last
 * change, none of which may be as young as the look itself, since a change within one tick of the clock leaves no trace. Folders stand for the files that are
 * not there yet, and rules of what to ignore for those that may become part of it.
 */
export function rememberLooks(shadow: Shadow): RememberedLooks {
  let known: { readonly look: Look; readonly marks: FileMarks } | undefined
  let looks = 0
  let underWay: Promise<void> = Promise.resolve()

  async function look(): Promise<Look> {
    looks += 1
    // Whoever looks once does not look for changes.
    if (looks === 1) return lookAtFiles(shadow)
    const began = await diskTime(shadow.storage)
    let seen = ''
    const found = await lookAtFiles(shadow, {
      keepIndex: async (index) => {
        seen = `${index}-seen`
        await link(index, seen)
      },
    })
    underWay = keep(found, seen, began)
    return found
  }

  async function keep(found: Look, index: string, began: LastChange): Promise<void> {
    const marks = await remember(shadow, index, began, found)
    known = marks === undefined ? undefined : { look: found, marks }
  }
  return {
    look,
    settled: () => underWay,
    async recall() {
      await underWay
      if (known !== undefined && (await areAsMarked(known.marks))) return known.look
      known = undefined
      return undefined
    },
  }
}

/** What the files are like that a look has seen; nothing where that could be what they became since, or cannot be told. Never fails. */
async function remember(
  shadow: Shadow,
  index: string,
  began: LastChange,
  { uncovered }: Look,
): Promise<FileMarks | undefined> {
  try {
    const place = { repository: shadow.repository, tree: shadow.root, index }
    const { items } = readNulList(await git(['ls-files', '-z', '--cached'], place))
    const covered = await coveredFolders(shadow, index, items)
    if (covered === undefined) return undefined
    const files = [...new Set([...items, ...covered.rules, ...uncovered.map(({ path }) => path)])]
    if (files.length + covered.folders.length > mostMarks) return undefined
    const absolute = (path: string): string => join(shadow.root, path)
    const marks = await markFiles(files.map(absolute), covered.folders.map(absolute))
    return lastChanges(marks).every((change) => isBefore(change, began)) ? marks : undefined
  } catch {
    // It saves time and nothing else: the next look is git's.
    return undefined
  } finally {
    await rm(index, { force: true })
  }
}

function isBefore(change: LastChange, began: LastChange): boolean {
  const isFine = change.device === began.device && began.time % second !== 0n
  return change.time < began.time - (isFine ? fine : coarse)
}

/** What the clock of the disk says, by which it dates changes: it need not be this machine's. */
async function diskTime(storage: string): Promise<LastChange> {
  const path = join(storage, `draft-${randomUUID()}`)
  try {
    await writeFile(path, '')
    const { dev, ctimeNs } = await lstat(path, { bigint: true })
    return { device: BigInt.asIntN(64, dev), time: ctimeNs }
  } finally {
    await rm(path, { force: true })
  }
}
