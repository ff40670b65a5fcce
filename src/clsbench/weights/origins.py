"""The origins from which weights are available."""

PUBLISHED = "published"
LIBRARIES = ("timm", "torchvision")
HUB = "hub"  # whichever library has it, preferring the published weights
