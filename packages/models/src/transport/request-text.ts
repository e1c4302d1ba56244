import type { JsonObject } from '@keepup/core'

/** Members of a request, already as JSON text, in the order in which they are sent. Those without text are left out. */
export function requestText(members: readonly string[]): string {
  return `{${members.filter((member) => member !== '').join(',')}}`
}

/** The members of `object` as JSON text without its braces. */
export function membersText(object: JsonObject): string {
  return JSON.stringify(object).slice(1, -1)
}

/** One member whose value is JSON text already. */
export function memberText(name: string, value: string): string {
  return `${JSON.stringify(name)}:${value}`
}
