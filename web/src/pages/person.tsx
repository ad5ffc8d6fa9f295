import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Person, WhyPerson } from '../api/gen/documents'
import type { MatchSide, MentoringFormat, PersonQuery, WhyPersonQuery } from '../api/gen/types'
import { NotYet } from '../matching/not-yet'
import { Grounds, Speaking } from '../matching/why'
import { AskForm } from '../requests/ask-form'
import { Safety } from '../safety/safety'
import { percent } from '../ui/numbers'
import { Choice, Failed, Loading, Title } from '../ui/parts'
import { PersonCard } from '../ui/person-card'
import { spokenLanguage } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { matchingWords } from '../words/matching'

const Kudos = lazy(() => import('../kudos/shown'))

type Shown = NonNullable<PersonQuery['profile']>

export default function PersonPage(): JSX.Element {
  const words = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { me } = ViewerContext.use()
  const { data, failure, again } = useAnswer(Person, { id })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const person = data.profile
  if (person === null) return <Title>{words.notFound}</Title>
  const isOther = me !== null && person.relation !== 'SELF'
  return (
    <div class="stack">
      <Title>{person.name}</Title>
      <div class={isOther ? 'halves' : 'stack'}>
        <PersonCard person={person}>
          {person.bio !== null && <p>{person.bio}</p>}
          <Languages person={person} />
          {isOther && (
            <Link href={`/introductions?one=${encodeURIComponent(person.id)}`}>{words.person.introduce(person.name)}</Link>
          )}
          {isOther && <Safety subjectId={person.id} profileId={person.id} name={person.name} />}
        </PersonCard>
        {isOther && <Fit person={person} />}
        {me !== null && (
          <Suspense fallback={null}>
            <Kudos profileId={person.id} />
          </Suspense>
        )}
      </div>
    </div>
  )
}

function Languages({ person }: { person: Shown }): JSX.Element | null {
  const { person: words } = useWords()
  if (person.languages.length === 0) return null
  const spoken = person.languages.map(({ code }) => spokenLanguage(code, document.documentElement.lang))
  return (
    <p class="small">
      <span class="soft">{words.languages}</span> {spoken.join(', ')}
    </p>
  )
}

/** Why the viewer and somebody fit, in the seat and format the viewer thinks of; and the way to ask. */
function Fit({ person }: { person: Shown }): JSX.Element {
  const { formats } = useWords()
  const words = useMore(matchingWords)
  const [side, setSide] = useState<MatchSide>('LEARNER')
  const [format, setFormat] = useState<MentoringFormat>(person.openPlaces?.[0]?.format ?? 'CLASSIC')
  const { data, failure, again } = useAnswer(WhyPerson, { id: person.id, side, format })
  return (
    <div class="stack">
      <section class="card" aria-label={words.why}>
        <div class="row">
          <Choice<MatchSide> label={words.side} value={side} choices={words.sides} onChange={setSide} />
          <Choice<MentoringFormat> label={words.format} value={format} choices={formats} onChange={setFormat} />
        </div>
        {data === undefined ? (
          <NotYet failure={failure} again={again} />
        ) : data.whyNot.isAvailable ? (
          <>
            <h2>
              {words.why} <span class="chip warm">{words.fits(percent(data.explainMatch.score))}</span>
            </h2>
            <Speaking reasons={data.explainMatch} side={side} />
            <Grounds reasons={data.explainMatch} />
          </>
        ) : (
          <WhyNot told={data.whyNot} />
        )}
      </section>
      <section class="card">
        <h2>{side === 'LEARNER' ? words.ask : words.offer}</h2>
        <AskForm key={`${side}${format}`} person={person} side={side} format={format} />
      </section>
    </div>
  )
}

/** The rule in the person's language; where none may be named, the server's own sentence. */
function WhyNot({ told }: { told: WhyPersonQuery['whyNot'] }): JSX.Element {
  const words = useMore(matchingWords)
  return (
    <>
      <h2>{words.whyNot}</h2>
      <p>{told.reason === null ? told.message : words.notReasons[told.reason](told.missing ?? 0)}</p>
    </>
  )
}
