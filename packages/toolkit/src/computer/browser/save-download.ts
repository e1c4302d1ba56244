import { constants } from 'node:fs'
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { Download } from 'playwright-core'

import type { News } from './news.ts'

/** Stores a download in a folder, under its own name where that is free, and tells where. Never rejects; replaces nothing. */
export async function saveDownload(download: Download, folder: string, news: News): Promise<void> {
  const name = safeName(download.suggestedFilename())
  try {
    const source = await download.path()
    await mkdir(folder, { recursive: true })
    const path = await copyBeside(source, folder, name)
    const { size } = await stat(path)
    news.tell(`A download was stored: ${path}, ${size} bytes.`)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    news.tell(`The download ${name} failed: ${reason}`)
  } finally {
    await download.delete().catch(() => {})
  }
}

/** How many names are tried. */
const mostTries = 100

async function copyBeside(source: string, folder: string, name: string): Promise<string> {
  for (let number = 1; number < mostTries; number++) {
    const path = join(folder, number === 1 ? name : name.replace(/(\.[^.]*)?$/u, `-${number}$1`))
    try {
      // Neither replaces a file nor follows a link that lies there.
      await copyFile(source, path, constants.COPYFILE_EXCL)
      return path
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  throw new Error(`there are too many files called ${name}`)
}

/** A name without folders, leading dots, or characters that some systems do not allow. */
function safeName(suggested: string): string {
  const plain = suggested
    .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^[.\s]+/u, '')
    .slice(-100)
    .trim()
  return plain === '' ? 'download' : plain
}
