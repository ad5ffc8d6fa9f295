import { Client, cacheExchange, fetchExchange } from '@urql/core'

import { askingOnceMore } from './flights'

/** Speaks to the server the page came from; the login travels in a cookie that no script can read. */
export function makeClient(): Client {
  return new Client({
    url: '/graphql',
    exchanges: [cacheExchange, askingOnceMore, fetchExchange],
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'same-origin' },
  })
}
