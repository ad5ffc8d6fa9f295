/** The road in: six questions at most, each with what its answer changes, and who suits by the answers so far. */

import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { MyPageNow, Suiting } from '../api/gen/documents'
import type { MyPageFragment } from '../api/gen/types'
import { Painter } from '../availability/painter'
import { NotYet } from '../matching/not-yet'
import { Languages } from '../profile/languages'
import { Skills } from '../profile/skills'
import { Goals, Patterns } from '../profile/work'
import { percent } from '../ui/numbers'
import { Face, Failed, Loading, Title } from '../ui/parts'
import { useMore, useWords } from '../words'
import { matchingWords } from '../words/matching'
import { profileWords } from '../words/profile'

const QUESTIONS = ['SKILLS_SOUGHT', 'AVAILABILITY', 'LANGUAGES', 'SKILLS_OFFERED', 'WORK_PATTERNS', 'GOALS'] as const
type Question = (typeof QUESTIONS)[number]

export default function BeginPage(): JSX.Element {
  const words = useMore(profileWords)
  const { data, failure, again } = useAnswer(MyPageNow, {})
  const profile = data?.me?.profile
  return (
    <div class="stack">
      <Title>{words.begin}</Title>
      <p>{words.lead}</p>
      {profile === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : (
        <Road profile={profile} />
      )}
    </div>
  )
}

function Road({ profile }: { profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const lacks = (question: Question): boolean => profile.missing.some(({ part }) => part === question)
  const [at, setAt] = useState(() => Math.max(0, QUESTIONS.findIndex(lacks)))
  const question = QUESTIONS[at] ?? 'SKILLS_SOUGHT'
  const isLast = at === QUESTIONS.length - 1
  return (
    <div class="halves">
      <div class="stack">
        <p class="small soft" role="status">
          {words.step(at + 1, QUESTIONS.length)}
        </p>
        <ol class="steps" aria-hidden="true">
          {QUESTIONS.map((each, index) => (
            <li key={each} class={index === at ? 'now' : lacks(each) ? '' : 'answered'} />
          ))}
        </ol>
        <p class="note">
          <strong>{words.changes}:</strong> {words.effects[question]}
        </p>
        <Asked key={question} question={question} profile={profile} />
        <div class="row">
          {at > 0 && (
            <button
              type="button"
              onClick={() => {
                setAt(at - 1)
              }}
            >
              {words.back}
            </button>
          )}
          {isLast ? (
            <Link class="button main" href="/suggestions">
              {words.finish}
            </Link>
          ) : (
            <button
              type="button"
              class={lacks(question) ? '' : 'main'}
              onClick={() => {
                setAt(at + 1)
              }}
            >
              {lacks(question) ? words.skip : words.next}
            </button>
          )}
          <Link href="/me">{words.all}</Link>
        </div>
      </div>
      <SuitsNow version={profile.version} answers={JSON.stringify([profile.skills, profile.windows, profile.languages])} />
    </div>
  )
}

function Asked({ question, profile }: { question: Question; profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const { people } = useWords()
  switch (question) {
    case 'SKILLS_SOUGHT':
      return <Skills profile={profile} direction="SOUGHT" label={words.questions.SKILLS_SOUGHT} />
    case 'SKILLS_OFFERED':
      return <Skills profile={profile} direction="OFFERED" label={words.questions.SKILLS_OFFERED} />
    case 'AVAILABILITY':
      return <Painter profile={profile} />
    case 'LANGUAGES':
      return <Languages profile={profile} />
    case 'WORK_PATTERNS':
      return <Patterns profile={profile} />
    case 'GOALS':
      return <Goals profile={profile} />
    default:
      return <p>{people.none}</p>
  }
}

/** What the answers so far come to: asked again after each. */
function SuitsNow({ version, answers }: { version: number; answers: string }): JSX.Element {
  const words = useMore(profileWords)
  const { fits } = useMore(matchingWords)
  const { data, failure, again } = useAnswer(Suiting, {})
  useEffect(again, [version, answers, again])
  const found = (data?.recommendations.edges ?? []).flatMap(({ node }) =>
    node.profile === null ? [] : [{ score: node.score, profile: node.profile }],
  )
  return (
    <section class="card" aria-label={words.suits} aria-live="polite">
      <h2>{words.suits}</h2>
      {data === undefined ? (
        <NotYet failure={failure} again={again} />
      ) : found.length === 0 ? (
        <p class="soft">{words.noneYet}</p>
      ) : (
        <ul class="stack tight">
          {found.map(({ profile, score }) => (
            <li key={profile.id} class="beside">
              <Face name={profile.name} />
              <span>
                {profile.name} <span class="chip warm">{fits(percent(score))}</span>
                <br />
                <span class="small soft">{profile.headline}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
