/** A small ask: what is asked, and what its reader can do with it where it stands. */

import type { ComponentChildren, JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'

import type { AskCardFragment } from '../api/gen/types'
import { KudosLink } from '../kudos/link'
import { Safety } from '../safety/safety'
import { Loading } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { day, when } from '../ui/when'
import { useMore, useWords } from '../words'
import { smallAskWords } from '../words/small-asks'

const Mine = lazy(() => import('./mine'))
const Help = lazy(() => import('./help'))

export function AskCard({ ask, children }: { ask: AskCardFragment; children?: ComponentChildren }): JSX.Element {
  const words = useMore(smallAskWords)
  const { language } = useWords()
  const isSide = ask.isMine || ask.helper?.relation === 'SELF'
  const about = ask.skill?.label ?? ask.topic
  return (
    <article class="card" aria-label={ask.text}>
      <p class="small">
        {ask.isMine ? (
          words.youAsk
        ) : (
          <>
            <Somebody person={ask.asker} /> {words.asks}
          </>
        )}
      </p>
      <p class="large">{ask.text}</p>
      <ul class="chips">
        <li class={ask.state === 'OPEN' ? 'chip' : 'chip warm'}>{words.states[ask.state]}</li>
        {about !== '' && <li class="chip">{about}</li>}
      </ul>
      {ask.state === 'OPEN' && <p class="small soft">{words.until(day(ask.expiresAt, language))}</p>}
      {ask.meetsAt !== null && <p>{words.meets(when(ask.meetsAt, language))}</p>}
      {ask.thanks !== '' && (
        <p>
          {words.said} {ask.thanks}
        </p>
      )}
      <Suspense fallback={<Loading />}>{ask.isMine ? <Mine ask={ask} /> : <Help ask={ask} />}</Suspense>
      {(ask.state === 'DONE' || ask.state === 'THANKED') && isSide && <KudosLink aboutId={ask.id} />}
      {children}
      {!ask.isMine && (
        <Safety subjectId={ask.id} profileId={ask.asker?.id ?? null} name={ask.asker?.name ?? ask.text} />
      )}
    </article>
  )
}
