/** Small asks: one's own and those one helps with, the open ones, and the way to ask. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { MySmallAsks, SmallAsks } from '../api/gen/documents'
import type { AskCardFragment } from '../api/gen/types'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { LineNote } from '../rooms/live'
import { AskCard } from '../small-asks/card'
import { Empty, Field, Pending, Title } from '../ui/parts'
import { More, usePages } from '../ui/paging'
import { Unfold } from '../ui/unfold'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { smallAskWords } from '../words/small-asks'

const Post = lazy(() => import('../small-asks/post'))

export default function SmallAsksPage(): JSX.Element {
  const words = useMore(smallAskWords)
  const { me } = ViewerContext.use()
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <CommunityTabs />
      <LineNote />
      <p>{words.lead}</p>
      {me !== null && <Mine />}
      <Open />
    </div>
  )
}

/** The way to ask comes with them, so that a new ask is among them at once. */
function Mine(): JSX.Element {
  const words = useMore(smallAskWords)
  const { data, again } = useMine(MySmallAsks, {})
  const mine = (data?.mySmallAsks.edges ?? []).map(({ node }) => node)
  return (
    <>
      <Unfold label={words.post}>
        <Post posted={again} />
      </Unfold>
      {mine.length > 0 && (
        <section class="stack" aria-label={words.mine}>
          <h2>{words.mine}</h2>
          <Cards asks={mine} />
        </section>
      )}
    </>
  )
}

function Open(): JSX.Element {
  const words = useMore(smallAskWords)
  const [text, setText] = useState('')
  const { cursors, add, restart } = usePages()
  return (
    <section class="stack" aria-label={words.open}>
      <h2>{words.open}</h2>
      <Field
        label={words.search}
        name="text"
        onInput={(typed) => {
          setText(typed)
          restart()
        }}
      />
      {cursors.map((after, index) => (
        <Page
          key={`${text}/${String(after)}`}
          text={text.trim()}
          after={after}
          add={index === cursors.length - 1 ? add : undefined}
        />
      ))}
    </section>
  )
}

interface PageProps {
  readonly text: string
  readonly after: string | null
  readonly add: ((cursor: string) => void) | undefined
}

function Page({ text, after, add }: PageProps): JSX.Element {
  const words = useMore(smallAskWords)
  const { data, failure, again } = useMine(SmallAsks, { text, after })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const { edges, pageInfo } = data.smallAsks
  // What one offered to help with stands above.
  const asks = edges.map(({ node }) => node).filter(({ offers }) => offers.length === 0)
  if (asks.length === 0 && after === null && !pageInfo.hasNextPage) return <Empty>{words.none}</Empty>
  return (
    <>
      <Cards asks={asks} />
      <More pageInfo={pageInfo} add={add} />
    </>
  )
}

function Cards({ asks }: { asks: readonly AskCardFragment[] }): JSX.Element {
  return (
    <div class="cards">
      {asks.map((ask) => (
        <AskCard key={ask.id} ask={ask} />
      ))}
    </div>
  )
}
