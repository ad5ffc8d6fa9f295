"""The GraphQL door: types, queries, mutations and subscriptions. No rule of the domain lives here."""
