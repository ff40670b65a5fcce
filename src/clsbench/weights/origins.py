"""Where weights can be had."""

PUBLISHED = "published"
LIBRARIES = ("timm", "torchvision")
HUB = "hub"  # whichever library has it, the published weights first
