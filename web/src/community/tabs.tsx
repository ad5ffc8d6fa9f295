import type { JSX } from 'preact'

import { Tabs } from '../ui/tabs'
import { useMore } from '../words'
import { communityWords } from '../words/community'

/** The ways people here are there for each other outside of mentorships. */
export function CommunityTabs(): JSX.Element {
  const words = useMore(communityWords)
  return <Tabs label={words.title} places={words.places} />
}
