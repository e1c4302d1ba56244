import { basename } from 'node:path'

import type { CardText } from '@keepup/a2a/server'

import { version } from '../version.ts'

const noModes = { examples: [], inputModes: [], outputModes: [], securityRequirements: [] }

/** What an agent of the command line says of itself. Others learn the name of its folder, not where it lies. */
export function agentCardText(folder: string): CardText {
  const name = basename(folder) || 'this machine'
  return {
    name: `keepup in ${name}`,
    description: `An agent that works on the files of ${name}, by the rules of the person whose they are.`,
    version,
    inputModes: ['text/plain', 'text/markdown', 'application/json', 'image/*'],
    outputModes: ['text/plain', 'text/markdown'],
    skills: [
      {
        ...noModes,
        id: 'work-in-folder',
        name: 'Work in a folder',
        description: 'Reads, searches, edits and runs what is in the folder, as far as its person allows.',
        tags: ['files', 'code', 'commands'],
        examples: ['Which tests fail, and why?'],
      },
    ],
  }
}

/** What the demo agent says of itself. */
export const demoCardText: CardText = {
  name: 'keepup demo',
  description: 'An agent without a model, to try clients with: it echoes, streams, asks and fails on demand.',
  version,
  inputModes: ['text/plain', 'text/markdown', 'application/json'],
  skills: [
    {
      ...noModes,
      id: 'echo',
      name: 'Echo',
      description:
        'Says what it is told; "stream: a b c", "ask: what?", "fail: why" and "wait: 5" do as they say.',
      tags: ['demo', 'test'],
      examples: ['Hello', 'stream: one two three'],
    },
  ],
}
