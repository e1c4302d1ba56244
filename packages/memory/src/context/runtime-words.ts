import type { Message } from '@keepup/core'

/** How the loop tells what was kept of a tool whose call was compacted away: with each compaction it says so anew. */
const kept = /^\[Kept of [\w-]{1,64}, whose call was compacted away here\]\n/

/** How the loop begins what it tells of the place where the agent works; it says it again as well. */
const guidance = /^\[About the place where you work\. [^\n]*\]\n/

/** Warnings of the loop about limits of a turn that is over. */
const warnings = [
  /^You have \d+ turns? left\. Stop and summarize\.$/,
  /^You have used 80 % of your (?:budget|context window|time|tokens)\. Stop and summarize\.$/,
  /^You made the same calls \d+ times with the same results\. Do something else, or give your answer\.$/,
  /^Your last message was empty\. Go on with the task, or give your answer\.$/,
  /Tools are off now\. Give your final answer: what was done, what was found, what is left to do\.$/,
]

/** Whether a message is what the loop itself told the model, and tells again where it is still true. */
export function isRuntimeWords(message: Message): boolean {
  const text = textOf(message)
  if (text === undefined) return false
  return kept.test(text) || guidance.test(text) || warnings.some((warning) => warning.test(text))
}

/** Whether a message tells of the place where the agent works. */
export function isGuidanceWords(message: Message): boolean {
  return guidance.test(textOf(message) ?? '')
}

/** The text of a message of a user that is nothing else. */
function textOf(message: Message): string | undefined {
  const [part, ...more] = message.content
  return message.role === 'user' && part?.type === 'text' && more.length === 0 ? part.text : undefined
}
