from prometheus_client.parser import text_string_to_metric_families

from server.observability import metrics


def test_every_sample_names_its_worker() -> None:
    metrics.LIVE_GAPS_REPAIRED.labels(source="book").inc(2)
    body, content_type = metrics.expose("w3")
    families = list(text_string_to_metric_families(body.decode()))
    samples = [sample for family in families for sample in family.samples]
    assert content_type.startswith("text/plain")
    assert {sample.labels["worker"] for sample in samples} == {"w3"}
    found = {
        sample.value
        for sample in samples
        if sample.name == "alongside_live_gaps_repaired_total" and sample.labels["source"] == "book"
    }
    assert found
    assert min(found) >= 2


def test_asking_twice_does_not_label_twice_and_counts_are_kept() -> None:
    metrics.LIVE_CONNECTIONS.set(5)
    assert b'alongside_live_connections{worker="a"} 5.0' in metrics.expose("a")[0]
    assert b'alongside_live_connections{worker="b"} 5.0' in metrics.expose("b")[0]


def test_every_metric_is_ours_and_explained() -> None:
    for family in metrics.REGISTRY.collect():
        assert family.name.startswith("alongside_"), family.name
        assert family.documentation
