import { KeepupError } from '@keepup/core'

import type { Point, Size } from './computer.ts'

/** The largest picture of a screen with its sides in proportion that fits; the screen itself where it does. */
export function fitSize(screen: Size, most: Size): Size {
  const factor = Math.min(1, most.width / screen.width, most.height / screen.height)
  if (factor === 1) return screen
  const side = (length: number): number => Math.max(1, Math.round(length * factor))
  return { width: side(screen.width), height: side(screen.height) }
}

/** The place on the screen that a place in the picture stands for: the middle of what the pixel covers. Fails `tool-input-invalid` outside of the picture. */
export function toScreen({ x, y }: Point, shown: Size, screen: Size): Point {
  if (x >= shown.width || y >= shown.height) {
    throw new KeepupError(
      'tool-input-invalid',
      `${x}, ${y} is outside of the screen, which is ${shown.width} by ${shown.height} pixels. Take a new screenshot.`,
    )
  }
  if (shown.width === screen.width && shown.height === screen.height) return { x, y }
  return {
    x: Math.min(screen.width - 1, Math.floor(((x + 0.5) * screen.width) / shown.width)),
    y: Math.min(screen.height - 1, Math.floor(((y + 0.5) * screen.height) / shown.height)),
  }
}
