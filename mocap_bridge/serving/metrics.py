"""The newest status in the words of Prometheus."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .status import Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Snapshot(Collector):
    def __init__(self, status: Status, pages: int) -> None:
        self._status = status
        self._pages = pages

    def collect(self) -> Iterator[Metric]:
        status = self._status
        for name, text, value in (
            ("running", "1 while the line runs, 0 while it is stopped", float(status.running)),
            ("fps", "Scenes per second, over two seconds", status.fps),
            ("latency_seconds", "From the grab of a frame until its scene was sent, median", status.latency_ms / 1e3),
            ("people", "People in the newest scene", status.people),
            ("dashboard_clients", "Open WebSockets", self._pages),
        ):
            yield GaugeMetricFamily(f"mocap_{name}", text, value)
        for name, text, value in (
            ("frames", "Scenes made", status.frames),
            ("frames_dropped", "Frames skipped to stay in time", status.dropped),
        ):
            yield CounterMetricFamily(f"mocap_{name}", text, value)
        yield self._stages()
        yield from self._outputs()

    def _stages(self) -> Metric:
        stages = GaugeMetricFamily("mocap_stage_seconds", "Time per frame, running mean", labels=["stage"])
        for stage, spent_ms in self._status.stages_ms.items():
            stages.add_metric([stage], spent_ms / 1e3)
        return stages

    def _outputs(self) -> Iterator[Metric]:
        sent = CounterMetricFamily("mocap_packets", "Packets handed to the network", labels=["output"])
        lost = CounterMetricFamily("mocap_packets_lost", "Packets that could not be sent", labels=["output"])
        for output in self._status.outputs:
            sent.add_metric([f"{output.key}:{output.url}"], output.packets)
            lost.add_metric([f"{output.key}:{output.url}"], output.lost)
        yield sent
        yield lost


def metrics_text(status: Status, pages: int) -> bytes:
    """What ``/metrics`` answers; ``pages`` is the number of open WebSockets."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(status, pages))
    return generate_latest(registry)
