import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { KeptSuggestions, Suggestions } from '../api/gen/documents'
import type { MatchSide, MentoringFormat, SuggestionFragment } from '../api/gen/types'
import { NotYet } from '../matching/not-yet'
import { SuggestionCard } from '../matching/suggestion-card'
import { Choice, Empty, Title } from '../ui/parts'
import { PeopleTabs } from '../ui/people-tabs'
import { useMore, useWords } from '../words'
import { matchingWords } from '../words/matching'

type Shown = 'new' | 'kept'

export default function SuggestionsPage(): JSX.Element {
  const words = useMore(matchingWords)
  const { formats, people } = useWords()
  const [shown, setShown] = useState<Shown>('new')
  const [side, setSide] = useState<MatchSide>('LEARNER')
  const [format, setFormat] = useState<MentoringFormat>('CLASSIC')
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <PeopleTabs />
      <p>{words.lead}</p>
      <div class="row" role="group" aria-label={people.title}>
        {(['new', 'kept'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={shown === each}
            onClick={() => {
              setShown(each)
            }}
          >
            {each === 'new' ? words.fresh : words.keptOnes}
          </button>
        ))}
      </div>
      {shown === 'kept' ? (
        <Kept />
      ) : (
        <>
          <div class="row">
            <Choice<MatchSide> label={words.side} value={side} choices={words.sides} onChange={setSide} />
            <Choice<MentoringFormat> label={words.format} value={format} choices={formats} onChange={setFormat} />
          </div>
          <Fresh key={`${side}${format}`} side={side} format={format} />
        </>
      )}
    </div>
  )
}

function Fresh({ side, format }: { side: MatchSide; format: MentoringFormat }): JSX.Element {
  const words = useMore(matchingWords)
  const [pages, setPages] = useState<readonly (string | null)[]>([null])
  return (
    <>
      {pages.map((after, index) => (
        <FreshPage
          key={after}
          wish={{ side, format, after }}
          isLast={index === pages.length - 1}
          more={(next) => {
            setPages([...pages, next])
          }}
          none={words.none}
        />
      ))}
    </>
  )
}

interface FreshPageProps {
  readonly wish: { readonly side: MatchSide; readonly format: MentoringFormat; readonly after: string | null }
  readonly isLast: boolean
  readonly more: (after: string) => void
  readonly none: string
}

function FreshPage({ wish, isLast, more, none }: FreshPageProps): JSX.Element {
  const words = useWords()
  const { data, failure, again } = useAnswer(Suggestions, wish)
  if (data === undefined) return <NotYet failure={failure} again={again} />
  const { edges, pageInfo } = data.recommendations
  return (
    <>
      <Cards found={edges.map(({ node }) => node)} none={wish.after === null ? none : undefined} />
      {isLast && pageInfo.hasNextPage && (
        <div>
          <button
            type="button"
            onClick={() => {
              if (pageInfo.endCursor !== null) more(pageInfo.endCursor)
            }}
          >
            {words.more}
          </button>
        </div>
      )}
    </>
  )
}

function Kept(): JSX.Element {
  const { noneKept } = useMore(matchingWords)
  const { data, failure, again } = useAnswer(KeptSuggestions, { after: null })
  if (data === undefined) return <NotYet failure={failure} again={again} />
  return <Cards found={data.savedSuggestions.edges.map(({ node }) => node)} none={noneKept} />
}

function Cards({ found, none }: { found: readonly SuggestionFragment[]; none: string | undefined }): JSX.Element {
  const { fill } = useMore(matchingWords)
  const people = found.flatMap((each) => (each.profile === null ? [] : [{ ...each, profile: each.profile }]))
  if (people.length === 0 && none !== undefined) {
    return (
      <Empty>
        {none} <Link href="/begin">{fill}</Link>
      </Empty>
    )
  }
  return (
    <div class="cards">
      {people.map((each) => (
        <SuggestionCard key={each.profile.id} suggestion={each} person={each.profile} />
      ))}
    </div>
  )
}
