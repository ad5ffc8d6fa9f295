/** What publishing a run would change: who gains and who loses, against what is in force. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { Preview as Asked } from '../api/gen/documents'
import type { MentorChangeLineFragment } from '../api/gen/types'
import { percent } from '../ui/numbers'
import { Failed, Loading } from '../ui/parts'
import { useMore } from '../words'
import { deskWords } from '../words/desk'

export function Preview({ runId }: { runId: string }): JSX.Element {
  const words = useMore(deskWords)
  const { data, failure, again } = useAnswer(Asked, { runId })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const preview = data.cohortPreview
  const against: Readonly<Record<string, string>> = words.against
  const all = Math.max(1, preview.gain + preview.loss + preview.same)
  return (
    <section class="card" aria-label={words.preview}>
      <h2>{words.preview}</h2>
      <p class="soft">{against[preview.against]}</p>
      <div class="shares" aria-hidden="true">
        <i class="gain" style={{ flexGrow: preview.gain / all }} />
        <i class="same" style={{ flexGrow: preview.same / all }} />
        <i class="loss" style={{ flexGrow: preview.loss / all }} />
      </div>
      <p class="row">
        <span class="chip">▲ {words.gain(preview.gain)}</span>
        <span class="chip">{words.same(preview.same)}</span>
        <span class="chip warm">▼ {words.loss(preview.loss)}</span>
      </p>
      <dl class="pairs">
        <div>
          <dt>{words.served}</dt>
          <dd>
            {preview.servedBefore} → {preview.servedNow}
          </dd>
        </div>
        <div>
          <dt>{words.mean}</dt>
          <dd>
            {percent(preview.meanBefore)} % → {percent(preview.meanNow)} %
          </dd>
        </div>
      </dl>
      {preview.brokenLocks.length > 0 && <p class="note warm">{words.brokenLocks(preview.brokenLocks.length)}</p>}
      <div class="halves">
        <Changes title={words.gains} changes={preview.gains} />
        <Changes title={words.losses} changes={preview.losses} />
      </div>
    </section>
  )
}

/** A line for each learner: from whom to whom, and the way from the old fit to the new one. */
function Changes({ title, changes }: { title: string; changes: readonly MentorChangeLineFragment[] }): JSX.Element | null {
  const words = useMore(deskWords)
  if (changes.length === 0) return null
  return (
    <section class="stack tight" aria-label={title}>
      <h3>{title}</h3>
      <ul class="stack tight small">
        {changes.map((change, index) => {
          const from = Math.min(change.before, change.now)
          const to = Math.max(change.before, change.now)
          const mentor = (shown: { readonly name: string } | null, score: number): string =>
            shown?.name ?? (score === 0 ? words.nobody : words.hidden)
          return (
            <li key={change.learner?.id ?? index} class="stack tight">
              <span>
                <strong>{change.learner?.name ?? words.hidden}</strong>: {mentor(change.mentorBefore, change.before)}{' '}
                {percent(change.before)} % → {mentor(change.mentorNow, change.now)} {percent(change.now)} %
              </span>
              <span class="span" aria-hidden="true">
                <i
                  class={change.now >= change.before ? 'gain' : 'loss'}
                  style={{ insetInlineStart: `${String(from * 100)}%`, inlineSize: `${String((to - from) * 100)}%` }}
                />
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
