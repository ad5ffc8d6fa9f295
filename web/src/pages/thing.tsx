/** The way to a thing that is shown on the page of another: who follows a word about it is led there. */

import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { useLocation, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { ThingAsked } from '../api/gen/documents'
import { homeOf } from '../inbox/place'
import { Pending, Title } from '../ui/parts'
import { useWords } from '../words'

export default function ThingPage(): JSX.Element {
  const { notFound } = useWords()
  const [, go] = useLocation()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useAnswer(ThingAsked, { id })
  const home = homeOf(id, data?.node)
  useEffect(() => {
    if (home !== undefined) go(home, { replace: true })
  }, [home, go])
  if (data === undefined || home !== undefined) return <Pending failure={failure} retry={again} />
  return <Title>{notFound}</Title>
}
