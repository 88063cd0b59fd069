/**
 * Addresses for tests: every test process gets a /24 of the loopback network of its own, so that test files can run side by
 * side, and beside a running lab, each with the whole network map.
 *
 * Touches nothing.
 */

/** `127.64.0` … `127.191.255`, by process id. Never the lab's own `127.20.0`. */
export function loopbackPrefix(): string {
  return `127.${64 + ((process.pid >> 8) & 127)}.${process.pid & 255}`
}
