import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { Fairness as Asked } from '../api/gen/documents'
import type { FairnessQuery } from '../api/gen/types'
import { Meter } from '../ui/meter'
import { percent } from '../ui/numbers'
import { Failed, Loading } from '../ui/parts'
import { spokenLanguage } from '../ui/when'
import { useMore, useWords } from '../words'
import { deskWords } from '../words/desk'
import { profileWords } from '../words/profile'
import { Histogram, Lorenz, Sweep, Table } from './figures'

type Report = FairnessQuery['fairnessReport']

export function Fairness({ runId }: { runId: string }): JSX.Element {
  const words = useMore(deskWords)
  const { data, failure, again } = useAnswer(Asked, { runId })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const report = data.fairnessReport
  return (
    <section class="stack" aria-label={words.fairness}>
      <h2>{words.fairness}</h2>
      <p class={report.isWithinLimits ? 'note' : 'note warm'}>{report.isWithinLimits ? words.within : words.beyond}</p>
      <Figures report={report} />
      <div class="cards">
        <Histogram report={report} />
        <Lorenz report={report} />
        <Sweep report={report} />
      </div>
      <Groups report={report} />
    </section>
  )
}

function Figures({ report }: { report: Report }): JSX.Element {
  const { figures } = useMore(deskWords)
  const { language } = useWords()
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  return (
    <div class="card">
      <div class="columns">
        <Meter share={report.covered / Math.max(1, report.learners)}>{figures.covered}</Meter>
        <Meter share={report.feasible / Math.max(1, report.learners)}>{figures.feasible}</Meter>
        <Meter share={report.servedInARound}>{figures.servedInARound}</Meter>
        <Meter share={report.groupRatio}>{figures.groupRatio}</Meter>
      </div>
      <dl class="pairs small">
        <div>
          <dt>{figures.exposureGini}</dt>
          <dd>{number.format(report.exposureGini)}</dd>
        </div>
        <div>
          <dt>{figures.overload}</dt>
          <dd>{number.format(report.overload)}</dd>
        </div>
      </dl>
    </div>
  )
}

function Groups({ report }: { report: Report }): JSX.Element {
  const words = useMore(deskWords)
  const { language } = useWords()
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const kinds: Readonly<Record<string, string>> = words.groupKinds
  const patterns: Readonly<Record<string, string>> = useMore(profileWords).patterns
  const nameOf = (kind: string, name: string): string =>
    kind === 'language' ? spokenLanguage(name, language) : (patterns[name.toUpperCase()] ?? name)
  return (
    <div class="cards">
      {report.groups.map(({ kind, groups, peopleInSmallGroups }) => (
        <section key={kind} class="card" aria-label={kinds[kind] ?? kind}>
          <h3>{kinds[kind] ?? kind}</h3>
          <Table
            head={[words.group, words.people, words.cover, words.wait]}
            rows={groups.map((group) => [
              nameOf(kind, group.name),
              group.people,
              `${String(percent(group.cover))} %`,
              number.format(group.p95WaitDays),
            ])}
          />
          {peopleInSmallGroups !== null && peopleInSmallGroups > 0 && (
            <p class="small soft">{words.small(peopleInSmallGroups)}</p>
          )}
        </section>
      ))}
      {report.unserved.length > 0 && (
        <section class="card" aria-label={words.unserved}>
          <h3>{words.unserved}</h3>
          <dl class="pairs">
            {report.unserved.map(({ reason, count }) => (
              <div key={reason}>
                <dt>{reason.replaceAll('_', ' ')}</dt>
                <dd>{count}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}
