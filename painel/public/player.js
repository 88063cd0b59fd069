/**
 * The player: live, or one event at a time, forwards and backwards, at the speed of the events or slower.
 *
 * Read beside: event-list.js (the list that it steps through), app.js (what follows it)
 * Touches the world: the buttons of the player, and a timer.
 */
import { fillSelect, selectById } from './controls.js'
import { byId } from './dom.js'
import { delayFor } from './pace.js'
import { say } from './words.js'

export class Player {
  /** @type {'live' | 'still' | 'playing'} */
  mode = 'live'
  /** The event that is shown. @type {any} */
  current
  /** @type {() => readonly any[]} */
  #events
  /** @type {(event: any, ms: number) => void} */
  #show
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {() => readonly any[]} events those that the filters let through
   * @param {(event: any, ms: number) => void} show called for each step; `ms` is the time until the next one
   */
  constructor(events, show) {
    this.#events = events
    this.#show = show
    byId('live').addEventListener('click', () => (this.mode === 'live' ? this.#stop() : this.goLive()))
    byId('first').addEventListener('click', () => this.goTo(0))
    byId('back').addEventListener('click', () => this.goTo(this.position - 1))
    byId('forward').addEventListener('click', () => this.goTo(this.position + 1))
    byId('play').addEventListener('click', () => (this.mode === 'playing' ? this.#stop() : this.play()))
    document.addEventListener('keydown', event => this.#key(event))
  }

  /** Index of the event that is shown; -1 when the filters leave it out. */
  get position() {
    return this.#events().indexOf(this.current)
  }

  goLive() {
    clearTimeout(this.#timer)
    this.mode = 'live'
    this.draw()
  }

  /** @param {number} index */
  goTo(index) {
    this.#stop()
    this.#goTo(index, 700)
  }

  /** @param {any} event one of the list */
  select(event) {
    this.goTo(this.#events().indexOf(event))
  }

  /** From the event that is shown, or from the first one after the last. */
  play() {
    const last = this.#events().length - 1
    if (last < 0) return
    const at = this.position
    this.mode = 'playing'
    this.#playFrom(at < 0 || at >= last ? 0 : at)
  }

  draw() {
    const speeds = /** @type {const} */ (['step', '1', '10', '100'])
    fillSelect(
      selectById('speed'),
      speeds.map(speed => [speed, say(`speed_${speed}`)]),
    )
    byId('gaps').hidden = this.mode !== 'playing' || selectById('speed').value === 'step'
    byId('gaps').textContent = say('gaps')
    const events = this.#events()
    const live = this.mode === 'live'
    byId('live').setAttribute('aria-pressed', String(live))
    byId('live-word').textContent = say(live ? 'stopLive' : 'goLive')
    byId('play').setAttribute('aria-pressed', String(this.mode === 'playing'))
    byId('play-word').textContent = say(this.mode === 'playing' ? 'stopPlay' : 'play')
    const at = this.position
    byId('position').textContent =
      events.length === 0 ? say('noStep') : live ? say('live') : say('step', { n: at + 1, total: events.length })
  }

  /** @param {number} index */
  #playFrom(index) {
    const events = this.#events()
    const event = events[index]
    const next = events[index + 1]
    if (event === undefined) return this.#stop()
    const delay = delayFor((next ?? event).time - event.time, selectById('speed').value)
    this.#goTo(index, delay)
    this.#timer = setTimeout(() => {
      if (this.mode !== 'playing') return
      if (next === undefined) this.#stop()
      else this.#playFrom(this.position + 1)
    }, delay)
  }

  /** @param {number} index @param {number} ms */
  #goTo(index, ms) {
    const events = this.#events()
    const event = events[Math.max(0, Math.min(events.length - 1, index))]
    if (event === undefined) return
    this.current = event
    this.#show(event, ms)
    this.draw()
  }

  #stop() {
    clearTimeout(this.#timer)
    this.mode = 'still'
    this.draw()
  }

  /** Arrow keys step anywhere on the page, except where they already have a meaning. @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target)
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      target.closest('input, select, textarea, dialog, .hex, .tree')
    )
      return
    if (event.key === 'ArrowRight') this.goTo(this.position + 1)
    else if (event.key === 'ArrowLeft') this.goTo(this.position - 1)
    else return
    event.preventDefault()
  }
}
