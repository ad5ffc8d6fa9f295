import hashlib
from typing import Any

import pytest

from server.schema.core import documents as module
from server.schema.core.asks import Ask, read_ask
from server.schema.core.building import core_schema
from server.schema.core.documents import Documents, TrustMode
from server.schema.core.limits import Limits
from server.schema.core.problems import RequestProblem
from tests.schema.core.toy import schema

TEXT = "query Trusted { echo }"
KEY = hashlib.sha256(TEXT.encode()).hexdigest()


def documents(mode: TrustMode = TrustMode.OFF, manifest: dict[str, str] | None = None) -> Documents:
    return Documents(core_schema(schema), Limits(), mode=mode, manifest=manifest)


def code_of(found: Documents, ask: Ask) -> str:
    with pytest.raises(RequestProblem) as refused:
        found.find(ask)
    return refused.value.code


def test_a_document_is_validated_once_and_then_found():
    found = documents()
    assert found.find(Ask(query=TEXT)) is found.find(Ask(query=TEXT))


def test_the_cache_keeps_the_documents_used_last(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CACHED_DOCUMENTS", 2)
    found = documents()
    first, second = found.find(Ask(query="{ a: echo }")), found.find(Ask(query="{ b: echo }"))
    assert found.find(Ask(query="{ a: echo }")) is first
    found.find(Ask(query="{ c: echo }"))
    assert found.find(Ask(query="{ a: echo }")) is first
    assert found.find(Ask(query="{ b: echo }")) is not second


@pytest.mark.parametrize(
    "given",
    [
        {"documentId": KEY},
        {"documentId": f"sha256:{KEY}"},
        {"doc_id": KEY.upper()},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": KEY}}},
        {"documentId": KEY, "query": ""},
    ],
)
@pytest.mark.parametrize("mode", [TrustMode.ALLOW, TrustMode.ENFORCE])
def test_a_trusted_document_is_found_by_every_spelling_of_its_id(given: dict[str, Any], mode: TrustMode):
    found = documents(mode, {KEY: TEXT})
    assert found.find(read_ask(given)).pick(None).name == "Trusted"


def test_modes_decide_what_runs():
    unknown = Ask(document_id="0" * 64)
    free = Ask(query="{ echo }")
    trusted = Ask(document_id=KEY)
    manifest = {KEY: TEXT}
    assert code_of(documents(TrustMode.OFF, manifest), trusted) == "PERSISTED_QUERY_NOT_FOUND"
    assert code_of(documents(TrustMode.ALLOW, manifest), unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert code_of(documents(TrustMode.ENFORCE, manifest), unknown) == "document_required"
    assert code_of(documents(TrustMode.ENFORCE, manifest), free) == "document_required"
    assert documents(TrustMode.ALLOW, manifest).find(free).pick(None).name is None


def test_an_id_sent_with_another_text_is_refused():
    assert code_of(documents(TrustMode.ALLOW), Ask(query="{ echo }", document_id=KEY)) == "bad_request"
    assert documents(TrustMode.ALLOW).find(Ask(query=TEXT, document_id=KEY)).pick("Trusted").name == "Trusted"


def test_a_manifest_that_would_not_run_stops_the_start():
    with pytest.raises(ValueError, match="SHA-256"):
        documents(TrustMode.ALLOW, {"0" * 64: TEXT})
    bad = "{ nothing }"
    with pytest.raises(RequestProblem):
        documents(TrustMode.ALLOW, {hashlib.sha256(bad.encode()).hexdigest(): bad})
