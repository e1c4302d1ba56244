export { browserComputer, type BrowserOptions } from './browser/browser-computer.ts'
export type { ComputerInput, PlaceInput, Show } from './computer-input.ts'
export { type ComputerToolOptions, computerTools, type ComputerViewInput } from './computer-tools.ts'
export {
  type AccessibleNode,
  type ClickOptions,
  type Computer,
  type ComputerAction,
  type ComputerState,
  type ModifierKey,
  type Point,
  type PointerTarget,
  type Screenshot,
  type Size,
} from './computer.ts'
export { desktopComputer, type DesktopOptions } from './desktop/desktop-computer.ts'
