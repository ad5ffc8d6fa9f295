import type { JSX } from 'preact'

import type { DismissReason, WebinarCardFragment } from '../api/gen/types'
import { useMore } from '../words'
import { stageWords } from '../words/stage'

/** What became of all questions, for everybody: nobody's question goes away unseen. */
export default function Transparency({ webinar }: { webinar: WebinarCardFragment }): JSX.Element {
  const words = useMore(stageWords)
  const { dismissed, received, waiting, live, answered, merged, withdrawn } = webinar.transparency
  const counts = { received, waiting, live, answered, merged, withdrawn }
  return (
    <details class="card">
      <summary>
        {words.transparency}: {received}
      </summary>
      <dl class="pairs">
        {(Object.keys(counts) as (keyof typeof counts)[]).map((name) => (
          <div key={name}>
            <dt>{words.counts[name]}</dt>
            <dd>{counts[name]}</dd>
          </div>
        ))}
        {dismissed.map(({ reason, count }) => (
          <div key={reason}>
            <dt>
              {words.counts.dismissed}: {words.reasons[reason.toUpperCase() as DismissReason]}
            </dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
