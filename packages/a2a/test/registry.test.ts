import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Owner } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test } from 'vitest'

import {
  agentRegistry,
  localCard,
  type LocalAgent,
  type MatchingAgent,
  type RemoteCards,
} from '../src/index.ts'

const roles: readonly LocalAgent[] = [
  {
    address: 'team/reviewer',
    name: 'Reviewer',
    description: 'Reads changes before they are merged',
    skills: [
      {
        name: 'Review code',
        description: 'Finds mistakes in pull requests',
        tags: ['review', 'typescript'],
        examples: ['Look over my diff'],
      },
      { name: 'Check licences', description: 'Says which licence each dependency has', tags: ['legal'] },
    ],
  },
  {
    address: 'team/translator',
    name: 'Translator',
    description: 'Turns texts of one language into another',
    skills: [
      {
        name: 'Translate',
        description: 'German, French and Korean texts',
        tags: ['languages', 'übersetzen'],
      },
    ],
  },
  { address: 'cook', name: 'Cook', description: 'Finds recipes for what is in the fridge' },
]

function addressesOf(found: readonly MatchingAgent[]): readonly unknown[] {
  return found.map(({ at }) => ('address' in at ? at.address : at.url))
}

test('agents are found by what they can do, the best first, with the skill that does it', async () => {
  const registry = agentRegistry({ checkpointer: memoryCheckpointer() })
  for (const role of roles) await registry.register(role.address, localCard(role))
  const [best] = await registry.search('who reviews code?')
  expect(best).toMatchObject({ at: { address: 'team/reviewer' }, skill: { id: 'review-code' } })
  expect((await registry.search('licence of dependencies'))[0]?.skill?.name).toBe('Check licences')
  expect(addressesOf(await registry.search('translation into Korean'))).toEqual(['team/translator'])
  expect(addressesOf(await registry.search('UBERSETZEN'))).toEqual(['team/translator'])
  expect(addressesOf(await registry.search('recipe'))).toEqual(['cook'])
  expect(await registry.search('the of and')).toEqual([])
  expect(await registry.search('quantum chromodynamics')).toEqual([])
  expect(await registry.search('texts mistakes recipes', 2)).toHaveLength(2)
  // What an agent says of itself is no order of anybody.
  expect(best?.label).toMatchObject({ integrity: 'free-text', sources: ['agent:team/reviewer'] })
})

test('a card that repeats a word a thousand times, or is as long as a book, does not win by it', async () => {
  const registry = agentRegistry({ checkpointer: memoryCheckpointer() })
  const [reviewer] = roles
  await registry.register('honest', localCard({ ...(reviewer as LocalAgent), address: 'honest' }))
  const spam = { name: 'Everything', description: 'review code '.repeat(1_000), tags: ['anything'] }
  await registry.register(
    'spam',
    localCard({ address: 'spam', name: 'Spam', description: 'x'.repeat(1_000_000), skills: [spam] }),
  )
  expect(addressesOf(await registry.search('review code'))[0]).toBe('honest')
})

test('an agent is offered while it lives: not after it is given back, nor after its process died', async () => {
  let dead: string | undefined
  const isOwnerDead = ({ instance }: Owner): boolean => instance === dead
  const checkpointer = memoryCheckpointer({ isOwnerDead })
  const registry = agentRegistry({ checkpointer, isOwnerDead, newId: () => 'first' })
  const other = agentRegistry({ checkpointer, isOwnerDead, newId: () => 'second' })
  const [, translator, cook] = roles
  if (translator === undefined || cook === undefined) throw new Error('there are three')
  const registered = await registry.register('team/translator', localCard(translator))
  await expect(other.register('team/translator', localCard(translator))).rejects.toMatchObject({
    code: 'lease-held',
  })
  await registry.register('cook', localCard(cook))
  expect(await other.list()).toHaveLength(2)

  await registered.describe(localCard({ ...translator, description: 'Now on holiday', version: '1.0.1' }))
  expect((await other.list()).find(({ card }) => card.name === 'Translator')?.card).toMatchObject({
    version: '1.0.1',
  })
  await registered[Symbol.asyncDispose]()
  expect((await other.list()).map(({ card }) => card.name)).toEqual(['Cook'])
  dead = 'first'
  expect(await other.search('recipes')).toEqual([])
  await other.register('cook', localCard(cook))
  expect(await other.search('recipes')).toHaveLength(1)
})

test('an agent whose process is killed is offered no more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-registry-'))
  const database = await openSqlite(join(folder, 'store.db'))
  onTestFinished(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const registry = agentRegistry({ checkpointer: sqliteCheckpointer(database) })
  const program = startProgram(
    new URL('programs/register-agent.ts', import.meta.url),
    join(folder, 'store.db'),
  )
  while (!program.lines.includes('registered')) await sleep(10)
  expect(addressesOf(await registry.search('recipes'))).toEqual(['cook'])
  program.process.kill('SIGKILL')
  await program.ended
  expect(await registry.search('recipes')).toEqual([])
}, 60_000)

test('agents elsewhere are offered by their cards; those whose card is refused are told of and left out', async () => {
  const [reviewer] = roles
  const remote: RemoteCards = {
    get: async (url) => {
      if (url.includes('evil')) throw new Error('forged')
      return localCard({ ...(reviewer as LocalAgent), address: 'x', name: 'Remote reviewer' })
    },
  }
  const checkpointer = memoryCheckpointer()
  const registry = agentRegistry({ checkpointer, remote })
  for (const url of ['https://good.example', 'https://evil.example']) await registry.addRemote(url)
  await expect(registry.addRemote('javascript:alert(1)')).rejects.toMatchObject({ code: 'input-invalid' })
  const refused: string[] = []
  const listed = await registry.list((url) => refused.push(url))
  expect(listed.map(({ at, label }) => [at, label.integrity, label.sources])).toEqual([
    [{ url: 'https://good.example/' }, 'free-text', ['a2a:good.example']],
  ])
  expect(refused).toEqual(['https://evil.example/'])
  expect(await agentRegistry({ checkpointer }).list()).toEqual([])
  await registry.removeRemote('https://good.example')
  await registry.removeRemote('https://evil.example')
  expect(await registry.list()).toEqual([])
  await registry.addRemote('https://good.example')
  expect(await registry.search('code review')).toHaveLength(1)
})
