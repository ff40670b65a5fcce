"""The judge of all tests here is real pycaffe."""

from pycaffe_oracle import agrees, exported, gives, pycaffe, with_blobs

__all__ = ["agrees", "exported", "gives", "pycaffe", "with_blobs"]
