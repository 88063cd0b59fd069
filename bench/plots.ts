/**
 * The figures as plots in SVG: bars for rates, lines for the response time against the load.
 *
 * Colours follow the light or dark mode of the reader, background included. Bars have their numbers beside them and lines have marks, so
 * that nothing depends on colour alone.
 *
 * Read beside: figures.ts, document.ts; SVG 2 (https://www.w3.org/TR/SVG2/)
 * Pure: figures in, SVG out.
 */
import type { Bilingual, Comparison, Curve, CurvePoint } from './figures.ts'

const WIDTH = 720
const LEFT = 190
const RIGHT = 90

const STYLE = `
    svg { font: 13px system-ui, sans-serif; }
    .back { fill: #ffffff; } text { fill: #1f2328; } .faint { fill: #57606a; }
    .axis { stroke: #8c959f; } .ours { fill: #0969da; } .peer { fill: #8c959f; }
    .line { fill: none; stroke-width: 2; } .p99 { stroke-dasharray: 6 4; } .mark { fill: none; stroke-width: 2; }
    .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; } .c4 { stroke: #57606a; }
    @media (prefers-color-scheme: dark) {
      .back { fill: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; }
      .axis { stroke: #6e7681; } .ours { fill: #58a6ff; } .peer { fill: #6e7681; }
      .c0 { stroke: #58a6ff; } .c1 { stroke: #f0883e; } .c2 { stroke: #56d364; } .c3 { stroke: #bc8cff; } .c4 { stroke: #9198a1; }
    }`

const BAR = { height: 20, step: 28, top: 58 }

/** One bar for each program, in the order of the table; all begin at zero. */
export function barPlot({ title, unit, ours, rows }: Comparison): string {
  const largest = Math.max(...rows.map(row => row.value))
  const height = BAR.top + rows.length * BAR.step + 16
  const bars = rows.map(({ name, value }, index) => {
    const y = BAR.top + index * BAR.step
    const length = round(((WIDTH - LEFT - RIGHT) * value) / largest)
    return `
  <text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${escaped(name)}</text>
  <rect class="${name === ours ? 'ours' : 'peer'}" x="${LEFT}" y="${y}" width="${length}" height="${BAR.height}"/>
  <text x="${LEFT + length + 6}" y="${y + 15}">${valueText(value)}</text>`
  })
  const axis = `
  <line class="axis" x1="${LEFT}" y1="${BAR.top - 6}" x2="${LEFT}" y2="${height - 10}"/>`
  return frame(title, unit, height, `${bars.join('')}${axis}`)
}

const CHART = { top: 78, height: 300, left: 70, right: 24, bottom: 44 }
const LEGEND_STEP = 20

/** The median (solid) and the 99th percentile (dashed) of each program at each rate. Both axes are logarithmic. */
export function linePlot({ title, lines }: Curve): string {
  const points = lines.flatMap(line => line.points)
  const rates = [...new Set(points.map(({ rate }) => rate))].sort((a, b) => a - b)
  const times = points.flatMap(({ p50, p99 }) => [p50, p99])
  const ticks = decades(Math.min(...times), Math.max(...times))
  const legendHeight = lines.length * LEGEND_STEP
  const top = CHART.top + legendHeight
  const bottom = top + CHART.height
  const x = scale(rates[0] ?? 1, rates.at(-1) ?? 1, CHART.left + 20, WIDTH - CHART.right - 20)
  const y = scale(ticks[0] ?? 1, ticks.at(-1) ?? 1, bottom, top)
  const grid = ticks.map(
    tick => `
  <line class="axis" stroke-opacity="0.4" x1="${CHART.left}" y1="${y(tick)}" x2="${WIDTH - CHART.right}" y2="${y(tick)}"/>
  <text x="${CHART.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick} ms</text>`,
  )
  const marks = rates.map(
    rate => `
  <text x="${x(rate)}" y="${bottom + 18}" text-anchor="middle">${rate.toLocaleString('en')}</text>`,
  )
  const drawn = lines.map((line, index) => {
    const path = (of: (point: CurvePoint) => number) =>
      line.points.map(point => `${x(point.rate)},${y(of(point))}`).join(' ')
    const legend = CHART.top - 14 + index * LEGEND_STEP
    return `
  <line class="line c${index}" x1="${CHART.left}" y1="${legend}" x2="${CHART.left + 30}" y2="${legend}"/>
  ${mark(index, CHART.left + 15, legend)}
  <text x="${CHART.left + 38}" y="${legend + 4}">${escaped(line.name)}</text>
  <polyline class="line c${index}" points="${path(({ p50 }) => p50)}"/>
  <polyline class="line p99 c${index}" points="${path(({ p99 }) => p99)}"/>
  ${line.points.flatMap(({ rate, p50, p99 }) => [mark(index, x(rate), y(p50)), mark(index, x(rate), y(p99))]).join('')}`
  })
  const axis = `
  <text class="faint" x="${WIDTH / 2}" y="${bottom + 38}" text-anchor="middle">requisições por segundo · requests a second</text>`
  const unit = { pt: 'linha: mediana; tracejada: percentil 99', en: 'line: median; dashed: 99th percentile' }
  return frame(title, unit, bottom + CHART.bottom, `${[...grid, ...marks, ...drawn].join('')}${axis}`)
}

/** Around a point: a circle, a square, a triangle, a diamond, a triangle that points down. */
const MARKS = [
  'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  'm-4 -4h8v8h-8z',
  'm0 -5l5 9h-10z',
  'm0 -5l5 5l-5 5l-5 -5z',
  'm0 5l5 -9h-10z',
]

function mark(index: number, x: number, y: number): string {
  return `<path class="mark c${index}" d="M${x} ${y}${MARKS[index]}"/>`
}

/** 0.1, 1, 10 …: from the last power of ten below `least` to the first above `most`. */
function decades(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least))
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)))
  return Array.from({ length: last - first + 1 }, (_, index) => Number((10 ** (first + index)).toPrecision(1)))
}

/** A logarithmic axis: `from` is drawn at `start`, `to` at `end`. */
function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const whole = Math.log(to / from) || 1
  return value => round(start + ((end - start) * Math.log(value / from)) / whole)
}

function frame(title: Bilingual, unit: Bilingual, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
  <title>${escaped(title.pt)} · ${escaped(title.en)}</title>
  <style>${STYLE}
  </style>
  <rect class="back" width="${WIDTH}" height="${height}"/>
  <text x="16" y="24" font-weight="600">${escaped(title.pt)} · ${escaped(title.en)}</text>
  <text class="faint" x="16" y="43">${escaped(unit.pt)} · ${escaped(unit.en)}</text>${content}
</svg>
`
}

/** 87,856, or 5.8: small values have one digit after the point. */
export function valueText(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
