import { markdownFiles } from '@keepup/repository/markdown-file'
import { analyseCommand } from '@keepup/shell'
import { describe, expect, test } from 'vitest'

import { commandTable } from '../src/schema/command-table.ts'
import { complaintAbout } from './parse-words.ts'

const documents = markdownFiles()
const blocks = documents.flatMap(({ path, blocks: all }) =>
  all
    .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
    .map(({ code, line }) => ({ place: `${path}:${line}`, code })),
)

/** The words after `keepup` of every call in a piece of shell. A word that is not known before it runs is a word all the same. */
function calls(code: string): readonly (readonly string[])[] {
  return analyseCommand(code, { root: '/project' }).invocations.flatMap(({ name, words }) => {
    const all = [name, ...words.map((word) => word ?? 'WORD')]
    const at = name.startsWith('pnpm') ? all.indexOf('keepup') : 0
    return all[at] === 'keepup' ? [all.slice(at + 1)] : []
  })
}

async function wrongCalls(code: string): Promise<readonly string[]> {
  const said = await Promise.all(
    calls(code).map(async (words) => [words, await complaintAbout(words)] as const),
  )
  return said.flatMap(([words, complaint]) =>
    complaint === undefined ? [] : [`keepup ${words.join(' ')}: ${complaint}`],
  )
}

const table = commandTable()

/** What is wrong with a command that is named in a sentence: no such command, or no such flag of it. */
function wrongMention(text: string): string | undefined {
  const words = text.split(/\s+/).slice(1)
  const verbs = words.slice(0, 2).filter((word) => /^[a-z0-9][a-z0-9-]*$/.test(word))
  if (verbs.length === 0) return undefined
  const found = table.filter(
    (row) =>
      row.words === verbs.join(' ') || row.words === verbs[0] || row.words.startsWith(`${verbs.join(' ')} `),
  )
  if (found.length === 0) return `keepup has no command \`${verbs.join(' ')}\``
  const known = new Set(found.flatMap(({ flags }) => flags.map(({ name }) => `--${name}`)))
  const before = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const unknown = before.find(
    (word) => /^--[a-z]/.test(word) && word !== '--help' && !known.has(word.replace(/=.*/, '')),
  )
  return unknown === undefined ? undefined : `${found[0]?.words ?? ''} has no flag ${unknown}`
}

function mentions(prose: string): readonly string[] {
  return [...prose.matchAll(/`(keepup [^`]+)`/g)].map(([, text]) => text ?? '')
}

describe('commands in documents', () => {
  test('are there', () => {
    expect(blocks.length).toBeGreaterThan(30)
    // None that begins a line is overlooked because something around it cannot be read.
    const missed = blocks.filter(
      ({ code }) => calls(code).length < [...code.matchAll(/^(npx keepup|keepup|pnpm keepup) /gm)].length,
    )
    expect(missed).toEqual([])
  })

  test('are taken by the parser of the program', async () => {
    const wrong = await Promise.all(
      blocks.map(async ({ place, code }) => (await wrongCalls(code)).map((what) => `${place} ${what}`)),
    )
    expect(wrong.flat()).toEqual([])
  })

  test('are known with their flags where a sentence names them', () => {
    const wrong = documents.flatMap(({ path, prose }) =>
      mentions(prose).flatMap((text) => {
        const complaint = wrongMention(text)
        return complaint === undefined ? [] : [`${path}: ${text}: ${complaint}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('would be noticed with a wrong flag, verb, value or number of words', async () => {
    for (const code of [
      'keepup run --modle x "hello"',
      'true && keepup rum hello',
      'echo hello | keepup run --mode whatever -',
      'keepup history',
      'npx keepup replay',
      'npx -y pnpm@12 keepup replay',
    ]) {
      expect([code, (await wrongCalls(code)).length]).toEqual([code, 1])
    }
    expect(wrongMention('keepup runn')).toContain('no command')
    expect(wrongMention('keepup store erased THREAD')).toContain('no command')
    expect(wrongMention('keepup run --modle x')).toContain('no flag --modle')
    expect(wrongMention('keepup store export --json')).toBeUndefined()
  })
})
