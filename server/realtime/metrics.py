"""Counters of the live layer, in the process's Prometheus registry. Labels are of fixed sets, never ids."""

from prometheus_client import Counter, Gauge, Histogram


class Metrics:
    """One set per process."""

    def __init__(self) -> None:
        self.connections = Gauge("alongside_live_connections", "Open WebSocket connections.")
        self.feeds = Gauge("alongside_live_feeds", "Topics that somebody follows in this worker.")
        self.released = Counter("alongside_live_entries_released", "Entries offered to followers, once per feed.")
        self.deliveries = Counter("alongside_live_frames_written", "Frames handed to sockets.")
        self.gaps = Counter("alongside_live_gaps_mended", "Holes mended, by where the entries were.", ["source"])
        self.resyncs = Counter("alongside_live_feed_resyncs", "Topics whose record went back.")
        self.resumes = Counter("alongside_live_follows", "Answers to follow, by mode.", ["mode"])
        self.window_reads = Counter("alongside_live_window_reads", "Windows read for readers that are behind.")
        self.sql_pages = Counter("alongside_live_sql_pages", "Pages of entries read from the book.")
        self.lags = Counter("alongside_live_lags", "Times a reader fell behind and was put on a cursor.")
        self.signals_shed = Counter("alongside_live_signals_shed", "Signals not sent to a slow reader.")
        self.closes = Counter("alongside_live_closes", "Sockets closed by the server, by code.", ["code"])
        self.relayed = Counter("alongside_live_entries_relayed", "Entries published, by outcome.", ["outcome"])
        self.relay_seconds = Histogram("alongside_live_relay_seconds", "Seconds to publish a batch of entries.")
        self.drained = Counter("alongside_live_drained", "Connections asked to move to another server.")


metrics = Metrics()
