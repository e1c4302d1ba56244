import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** A picture of 8-bit colours, as its bytes in rows. */
interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly bytes: Buffer
}

/**
 * A screenshot with at most 256 colours, which takes a third of the bytes (PNG, third edition: colour type 3). Pages have few colours, but for the edges of letters: those are
 * brought to the nearest that is common. Takes what Chromium writes: 8 bits, not interlaced.
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, channels, bytes } = read(png)
  const counts = new Map<number, number>()
  const colours = Array.from({ length: width * height }, (_, index) => colourAt(bytes, index * channels))
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const palette = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([colour]) => colour)
  const nearest = new Map(palette.map((colour, index) => [colour, index]))
  for (const colour of counts.keys())
    if (!nearest.has(colour)) nearest.set(colour, nearestOf(palette, colour))
  const rows = Buffer.alloc((width + 1) * height)
  colours.forEach((colour, index) => {
    rows[index + Math.floor(index / width) + 1] = nearest.get(colour) ?? 0
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  const data = deflateSync(rows, { level: 9, memLevel: 9 })
  const parts = [
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([png.subarray(0, 8), ...parts])
}

function read(png: Buffer): Pixels {
  const parts: Buffer[] = []
  let [width, height, channels] = [0, 0, 0]
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') {
      ;[width, height, channels] = [data.readUInt32BE(0), data.readUInt32BE(4), data[9] === 6 ? 4 : 3]
    } else if (type === 'IDAT') parts.push(data)
    at += length + 12
  }
  return {
    width,
    height,
    channels,
    bytes: unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels),
  }
}

/** Each byte is told as its difference to those before and above (PNG, section 9). */
function unfiltered(told: Buffer, stride: number, channels: number): Buffer {
  const bytes = Buffer.alloc((told.length / (stride + 1)) * stride)
  for (let row = 0; row * stride < bytes.length; row += 1) {
    const filter = told[row * (stride + 1)] ?? 0
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column
      const left = column < channels ? 0 : (bytes[at - channels] ?? 0)
      const above = row === 0 ? 0 : (bytes[at - stride] ?? 0)
      const corner = row === 0 || column < channels ? 0 : (bytes[at - stride - channels] ?? 0)
      bytes[at] = (told[row * (stride + 1) + 1 + column] ?? 0) + guess(filter, left, above, corner)
    }
  }
  return bytes
}

function guess(filter: number, left: number, above: number, corner: number): number {
  if (filter < 3) return [0, left, above][filter] ?? 0
  if (filter === 3) return (left + above) >> 1
  const around = [left, above, corner] as const
  const off = around.map((value) => Math.abs(left + above - corner - value))
  return around[off.indexOf(Math.min(...off))] ?? 0
}

function colourAt(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, 3)
}

function nearestOf(palette: readonly number[], colour: number): number {
  const off = (other: number): number =>
    [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0)
  return palette.reduce((best, other, index) => (off(other) < off(palette[best] ?? 0) ? index : best), 0)
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}
