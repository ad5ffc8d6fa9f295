/** One small ask, for who was told of it. */

import type { JSX } from 'preact'
import { Link, useParams } from 'wouter-preact'

import { OneSmallAsk } from '../api/gen/documents'
import { useMine } from '../community/use-mine'
import { AskCard } from '../small-asks/card'
import { Pending, Title } from '../ui/parts'
import { useMore, useWords } from '../words'
import { smallAskWords } from '../words/small-asks'

export default function SmallAskPage(): JSX.Element {
  const words = useMore(smallAskWords)
  const { notFound } = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useMine(OneSmallAsk, { id })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  if (data.node?.__typename !== 'SmallAsk') return <Title>{notFound}</Title>
  return (
    <div class="stack">
      <p class="small">
        <Link href="/small-asks">{words.all}</Link>
      </p>
      <Title>{words.one}</Title>
      <AskCard ask={data.node} />
    </div>
  )
}
