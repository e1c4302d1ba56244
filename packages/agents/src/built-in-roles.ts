import type { AgentRole } from '@keepup/core'

/** Does whatever it is told to, with every tool. */
export const generalRole: AgentRole = {
  name: 'general',
  description: 'Does a task of several steps by itself, with all tools, and reports what it did.',
  system: [
    'You are an agent that another agent asked for help. You see only your task, not the conversation that it comes from.',
    'Do it with the tools you have, check what you did, and answer once with what was done, what was found and what is left to do.',
    'Nobody answers questions in between: where something is unclear, take the likeliest reading and say so.',
  ].join(' '),
}

/** Tools that an explorer may have: those that only look. */
const looking: ReadonlySet<string> = new Set([
  'diagnostics',
  'glob',
  'grep',
  'ls',
  'read',
  'references',
  'symbols',
])

/** Finds things out, and changes nothing. */
export const explorerRole: AgentRole = {
  name: 'explorer',
  description:
    'Finds things out in files: where something is, how it works. Changes nothing. Cheap to run several at once.',
  system: [
    'You find things out for another agent. You see only your question, not the conversation that it comes from.',
    'Look with the tools you have; you cannot change anything. Answer once, briefly: what you found, with paths and lines, and what you could not find.',
  ].join(' '),
  tools: (tool) => looking.has(tool),
  mode: 'plan',
  writes: false,
}

/** The roles that are always there. */
export const builtInRoles: readonly AgentRole[] = [explorerRole, generalRole]
