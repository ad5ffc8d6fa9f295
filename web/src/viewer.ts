/** Who is signed in, for every page. */

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

import type { ViewerQuery } from './api/gen/types'
import type { Words } from './words/en'

export type Me = NonNullable<ViewerQuery['me']>

export interface ViewerState {
  readonly me: Me | null
  readonly speak: (words: Words) => void
  readonly reload: () => void
}

const Context = createContext<ViewerState>({ me: null, speak: () => undefined, reload: () => undefined })

export const ViewerContext = { Provider: Context.Provider, use: (): ViewerState => useContext(Context) }
