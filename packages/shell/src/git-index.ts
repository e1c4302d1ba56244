/** One file that git tracks. */
export interface TrackedFile {
  /** From the top of the repository. */
  readonly path: string
  /** Of what it holds, in hexadecimal. */
  readonly id: string
  /** Whether it is a repository of its own: a submodule. */
  readonly repository: boolean
}

/** Modes, as the format has them. */
const submodule = 0o160000
const folder = 0o040000

/**
 * What an index lists (gitformat-index, versions 2 to 4, with SHA-1 or SHA-256). `undefined` where it is not one that is read: one that is divided
 * between files, one that leaves folders out, one that is damaged.
 */
export function readGitIndex(bytes: Uint8Array): readonly TrackedFile[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < 32 || buffer.toString('latin1', 0, 4) !== 'DIRC') return undefined
  const version = buffer.readUInt32BE(4)
  if (version < 2 || version > 4) return undefined
  return readEntries(buffer, version, 20) ?? readEntries(buffer, version, 32)
}

function readEntries(buffer: Buffer, version: number, idBytes: number): readonly TrackedFile[] | undefined {
  const files: TrackedFile[] = []
  const count = buffer.readUInt32BE(8)
  let at = 12
  let name = ''
  for (let index = 0; index < count; index++) {
    const entry = readEntry(buffer, at, { version, idBytes, previous: name })
    if (entry === undefined) return undefined
    at = entry.end
    name = entry.name
    // Names may be of any bytes, so they are kept as bytes and read as text last.
    files.push({
      path: Buffer.from(name, 'latin1').toString('utf8'),
      id: entry.id,
      repository: entry.repository,
    })
  }
  return endsWell(buffer, at, idBytes) ? files : undefined
}

interface Entry {
  readonly name: string
  readonly id: string
  readonly repository: boolean
  readonly end: number
}

interface Layout {
  readonly version: number
  readonly idBytes: number
  readonly previous: string
}

function readEntry(buffer: Buffer, start: number, layout: Layout): Entry | undefined {
  const ids = start + 40
  const flagsAt = ids + layout.idBytes
  if (flagsAt + 4 > buffer.length) return undefined
  const mode = buffer.readUInt32BE(start + 24)
  const flags = buffer.readUInt16BE(flagsAt)
  const extended = (flags & 0x4000) !== 0
  const named = readName(buffer, start, flagsAt + (extended ? 4 : 2), layout)
  const length = flags & 0x0fff
  if (named === undefined || mode === folder || (length < 0x0fff && named.name.length !== length))
    return undefined
  const id = buffer.toString('hex', ids, flagsAt)
  return { ...named, id, repository: mode === submodule }
}

/** Version 4 leaves out what a name has in common with the one before, all others fill entries up to eight bytes. */
function readName(
  buffer: Buffer,
  start: number,
  from: number,
  { version, previous }: Layout,
): { name: string; end: number } | undefined {
  let at = from
  let kept = ''
  if (version === 4) {
    let dropped = 0
    for (let more = true; more; at++) {
      const byte = buffer[at] ?? 0
      dropped = at === from ? byte & 0x7f : (dropped + 1) * 128 + (byte & 0x7f)
      more = (byte & 0x80) !== 0
    }
    if (dropped > previous.length) return undefined
    kept = previous.slice(0, previous.length - dropped)
  }
  const nul = buffer.indexOf(0, at)
  if (nul <= 0) return undefined
  const name = kept + buffer.toString('latin1', at, nul)
  const length = nul + 1 - start
  return { name, end: version === 4 ? nul + 1 : start + Math.ceil(length / 8) * 8 }
}

/** After the entries come extensions and a digest. One that divides the index, or leaves folders out, is not read. */
function endsWell(buffer: Buffer, from: number, idBytes: number): boolean {
  let at = from
  while (at + 8 <= buffer.length - idBytes) {
    const name = buffer.toString('latin1', at, at + 4)
    if (!/^[A-Z]{4}$/.test(name)) return false
    at += 8 + buffer.readUInt32BE(at + 4)
  }
  return at === buffer.length - idBytes
}
