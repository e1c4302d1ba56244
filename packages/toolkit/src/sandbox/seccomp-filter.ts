/** The system calls of one processor architecture that the filter names (linux/audit.h, and the kernel's table for each). */
interface Architecture {
  readonly audit: number
  readonly socket: number
  readonly socketpair: number
  readonly ioctl: number
  readonly clone: number
  readonly unshare: number
  /** Numbers from here on belong to another calling convention. */
  readonly foreign?: number
  /** Key rings, programs in the kernel, page faults in user space, counters, others' namespaces: a sandboxed program has no use for them. */
  readonly refused: readonly number[]
}

/**
 * The ring that submits system calls without making them, so that a filter never sees those; and the newer clone, whose flags lie where a filter does not
 * look: programs take the older one where it is missing. Numbered alike everywhere.
 */
const unseen = [425, 426, 427, 435]

const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    socket: 41,
    socketpair: 53,
    ioctl: 16,
    clone: 56,
    unshare: 272,
    foreign: 0x40000000,
    refused: [248, 249, 250, 298, 308, 321, 323],
  },
  arm64: {
    audit: 0xc00000b7,
    socket: 198,
    socketpair: 199,
    ioctl: 29,
    clone: 220,
    unshare: 97,
    refused: [217, 218, 219, 241, 268, 280, 282],
  },
}

/** IPv4, IPv6, and the kernel's own messages, which list network interfaces. Not those of this machine, of its host or of its hardware. */
const families = [2, 10, 16]
/** A stream and a sequence of packets cannot be sent elsewhere once they are connected; datagrams can. */
const pairTypes = [1, 5]
/** CLONE_NEWUSER: in a namespace of its own a program has every right, and may mount. */
const newUserNamespace = 0x10000000
/** TIOCSTI and TIOCLINUX put words into a terminal. */
const terminalRequests = [0x5412, 0x541c]

const allow = 0x7fff0000
const kill = 0x80000000
const refuse = (errno: number): number => 0x00050000 | errno
const [notPermitted, notImplemented] = [refuse(1), refuse(38)]

/** One instruction of seccomp's filter language (linux/filter.h): code, jump if true, jump if false, operand. */
type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number]

const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const answer = (action: number): Instruction => [0x06, 0, 0, action]
const mask = (bits: number): Instruction => [0x54, 0, 0, bits]
const skipUnless = (value: number, count: number): Instruction => [0x15, 0, count, value]
const skipUnlessAny = (bits: number, count: number): Instruction => [0x45, 0, count, bits]
const skipBelow = (value: number, count: number): Instruction => [0x35, 0, count, value]

/** Offsets in `struct seccomp_data`; of an argument, its lower half. */
const [numberOffset, architectureOffset] = [0, 4]
const argumentOffset = (index: number): number => 16 + 8 * index

/**
 * A seccomp filter (seccomp(2)) as bubblewrap reads it: no sockets but those of a network, no user namespaces, no way around the filter, no
 * words put into a terminal. Undefined for an architecture whose numbers are not known here.
 */
export function seccompFilter(architecture: string): Buffer | undefined {
  const known = architectures[architecture]
  if (known === undefined) return undefined
  const program = [
    load(architectureOffset),
    skipUnless(known.audit, 1),
    [0x05, 0, 0, 1] as const,
    answer(kill),
    load(numberOffset),
    ...(known.foreign === undefined ? [] : [skipBelow(known.foreign, 1), answer(notImplemented)]),
    ...unseen.flatMap((number) => [skipUnless(number, 1), answer(notImplemented)]),
    ...known.refused.flatMap((number) => [skipUnless(number, 1), answer(notPermitted)]),
    ...whenCalled(known.socket, [load(argumentOffset(0)), ...onlyThese(families)]),
    ...whenCalled(known.socketpair, [load(argumentOffset(1)), mask(0xf), ...onlyThese(pairTypes)]),
    ...[known.clone, known.unshare].flatMap((number) =>
      whenCalled(number, [
        load(argumentOffset(0)),
        skipUnlessAny(newUserNamespace, 1),
        answer(notPermitted),
        answer(allow),
      ]),
    ),
    ...whenCalled(known.ioctl, [load(argumentOffset(1)), ...noneOfThese(terminalRequests)]),
    answer(allow),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, whenTrue, whenFalse, operand], index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(whenTrue, index * 8 + 2)
    bytes.writeUInt8(whenFalse, index * 8 + 3)
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4)
  })
  return bytes
}

/** Instructions for one system call, which end with an answer. */
function whenCalled(number: number, body: readonly Instruction[]): readonly Instruction[] {
  return [skipUnless(number, body.length), ...body]
}

function onlyThese(values: readonly number[]): readonly Instruction[] {
  return [...values.flatMap((value) => [skipUnless(value, 1), answer(allow)]), answer(notPermitted)]
}

function noneOfThese(values: readonly number[]): readonly Instruction[] {
  return [...values.flatMap((value) => [skipUnless(value, 1), answer(notPermitted)]), answer(allow)]
}
