"""Compiled execution of GraphQL operations: a document and a schema become one generated Python function.

Nothing of the project is known here, so that the package could leave as a library; an import contract holds that.
"""
