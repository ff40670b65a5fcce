"""A build of ONNX Runtime for GPUs, played: sessions that say they run on a GPU run on the CPU, to the bit."""

from typing import Any

import onnxruntime as ort

CPU, CUDA, TENSORRT = "CPUExecutionProvider", "CUDAExecutionProvider", "TensorrtExecutionProvider"


class GpuBuild:
    """ONNX Runtime as a build with providers for GPUs looks, where only some of them work, and the CPU's always."""

    def __init__(self, built: list[str], working: list[str]) -> None:
        self.built, self.working = [*built, CPU], [*working, CPU]
        self.wishes: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(ort, name)

    def get_available_providers(self) -> list[str]:
        return self.built

    def InferenceSession(self, path: str, options: Any, providers: list[Any]) -> Any:
        self.wishes.append(providers)
        session = ort.InferenceSession(path, options, providers=[CPU])
        names = [wish if isinstance(wish, str) else wish[0] for wish in providers]
        session.get_providers = lambda: [name for name in names if name in self.working]
        return session
