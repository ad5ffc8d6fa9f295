"""The GraphiQL page, served in development only. It loads GraphiQL from a public package mirror."""

PAGE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Alongside GraphiQL</title>
<link rel="stylesheet" href="https://unpkg.com/graphiql@3.9.0/graphiql.min.css">
<style>html, body, #app { height: 100%; margin: 0 }</style>
</head>
<body>
<div id="app">This page needs the network for GraphiQL. The API itself does not.</div>
<script src="https://unpkg.com/react@18.3.1/umd/react.production.min.js"></script>
<script src="https://unpkg.com/react-dom@18.3.1/umd/react-dom.production.min.js"></script>
<script src="https://unpkg.com/graphiql@3.9.0/graphiql.min.js"></script>
<script>
  const fetcher = GraphiQL.createFetcher({ url: location.pathname });
  ReactDOM.createRoot(document.getElementById("app")).render(React.createElement(GraphiQL, { fetcher }));
</script>
</body>
</html>
"""
