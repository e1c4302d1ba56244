import { isIPv4, isIPv6 } from 'node:net'

/** The 4 or 16 bytes of an IP address without its zone; `undefined` where it is none. */
export function addressBytes(address: string): readonly number[] | undefined {
  if (isIPv4(address)) return address.split('.').map(Number)
  const [bare = ''] = address.split('%')
  return isIPv6(bare) ? sixBytes(bare) : undefined
}

/** The URL parser writes every spelling in one way: hexadecimal groups, the longest run of zeros as `::`. */
function sixBytes(address: string): readonly number[] {
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = plain.split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff])
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
