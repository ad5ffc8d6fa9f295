/** Kudos: those for the viewer, those from them, and the way to give some. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useSearch } from 'wouter-preact'

import { MyKudos } from '../api/gen/documents'
import type { KudosBox } from '../api/gen/types'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { KudosCard } from '../kudos/card'
import { LineNote } from '../rooms/live'
import { Empty, Pending, Title } from '../ui/parts'
import { More, usePages } from '../ui/paging'
import { Unfold } from '../ui/unfold'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { kudosWords } from '../words/kudos'

const Give = lazy(() => import('../kudos/give'))

export default function KudosPage(): JSX.Element {
  const words = useMore(kudosWords)
  const { me } = ViewerContext.use()
  const [news, setNews] = useState(0)
  const aboutId = new URLSearchParams(useSearch()).get('about')
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <CommunityTabs />
      <LineNote />
      <p>{words.lead}</p>
      {me !== null && (
        <Unfold label={words.give} isOpen={aboutId !== null}>
          <Give
            aboutId={aboutId}
            given={() => {
              setNews(news + 1)
            }}
          />
        </Unfold>
      )}
      <Box box="RECEIVED" label={words.received} none={words.noneReceived} />
      <Box key={news} box="GIVEN" label={words.given} none={words.noneGiven} />
    </div>
  )
}

interface BoxProps {
  readonly box: KudosBox
  readonly label: string
  readonly none: string
}

function Box({ box, label, none }: BoxProps): JSX.Element {
  const { cursors, add } = usePages()
  return (
    <section class="stack" aria-label={label}>
      <h2>{label}</h2>
      {cursors.map((after, index) => (
        <Page
          key={after}
          box={box}
          after={after}
          none={none}
          add={index === cursors.length - 1 ? add : undefined}
        />
      ))}
    </section>
  )
}

interface PageProps {
  readonly box: KudosBox
  readonly after: string | null
  readonly none: string
  readonly add: ((cursor: string) => void) | undefined
}

function Page({ box, after, none, add }: PageProps): JSX.Element {
  const { data, failure, again } = useMine(MyKudos, { box, after })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const { edges, pageInfo } = data.myKudos
  if (edges.length === 0 && after === null) return <Empty>{none}</Empty>
  return (
    <>
      <div class="cards">
        {edges.map(({ node }) => (
          <KudosCard key={node.id} kudos={node} isReceived={box === 'RECEIVED'} changed={again} />
        ))}
      </div>
      <More pageInfo={pageInfo} add={add} />
    </>
  )
}
