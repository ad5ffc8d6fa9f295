/** The charts of the desk. Each is drawn for the eye, and can be opened as a table. */

import type { JSX } from 'preact'

import type { FairnessQuery } from '../api/gen/types'
import { percent } from '../ui/numbers'
import { useMore, useWords } from '../words'
import { deskWords } from '../words/desk'
import { HEIGHT, WIDTH, bars, line, spread } from './chart'

type Report = FairnessQuery['fairnessReport']

interface FigureProps {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly children: JSX.Element | readonly JSX.Element[]
}

function Figure({ title, head, rows, children }: FigureProps): JSX.Element {
  const words = useMore(deskWords)
  return (
    <figure class="card">
      <figcaption>
        <h3>{title}</h3>
      </figcaption>
      <svg class="chart" viewBox={`-1 -1 ${String(WIDTH + 2)} ${String(HEIGHT + 2)}`} aria-hidden="true">
        {children}
      </svg>
      <details>
        <summary class="small">
          {words.asTable}
          <span class="hidden">: {title}</span>
        </summary>
        <Table head={head} rows={rows} />
      </details>
    </figure>
  )
}

export function Table({ head, rows }: Pick<FigureProps, 'head' | 'rows'>): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={head.join(', ')}>
      <table class="plain">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Histogram({ report }: { report: Report }): JSX.Element {
  const words = useMore(deskWords)
  const step = 100 / report.histogram.length
  return (
    <Figure
      title={words.histogram}
      head={[words.mean, words.pairs]}
      rows={report.histogram.map((count, index) => [
        words.histogramOf(Math.round(index * step), Math.round((index + 1) * step)),
        count,
      ])}
    >
      {bars(report.histogram).map((bar, index) => (
        <rect key={index} {...bar} rx={0.6} />
      ))}
    </Figure>
  )
}

export function Lorenz({ report }: { report: Report }): JSX.Element {
  const words = useMore(deskWords)
  const last = Math.max(1, report.lorenz.length - 1)
  const points = report.lorenz.map((share, index) => [index / last, share] as const)
  return (
    <Figure
      title={words.lorenz}
      head={[words.lorenz, words.share]}
      rows={points.map(([mentors, share]) => [words.lorenzOf(percent(mentors)), `${String(percent(share))} %`])}
    >
      <path
        class="even"
        d={line([
          [0, 0],
          [1, 1],
        ])}
      />
      <path d={line(points)} />
    </Figure>
  )
}

export function Sweep({ report }: { report: Report }): JSX.Element {
  const words = useMore(deskWords)
  const { language } = useWords()
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  const matches = spread(report.sweep.map((point) => point.matches))
  const evenness = spread(report.sweep.map((point) => -point.gini))
  const points = report.sweep.map((_, index) => [evenness[index] ?? 0, matches[index] ?? 0] as const)
  return (
    <Figure
      title={words.sweep}
      head={[words.alpha, words.matches, words.gini]}
      rows={report.sweep.map((point) => [point.alpha, point.matches, point.gini].map((value) => number.format(value)))}
    >
      <path d={line(points)} />
      <g>
        {points.map(([x, y], index) => (
          <circle key={index} cx={x * WIDTH} cy={(1 - y) * HEIGHT} r={1.2} />
        ))}
      </g>
    </Figure>
  )
}
