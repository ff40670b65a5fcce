"""The judge of training files."""

from caffe_test import caffe_test

__all__ = ["caffe_test"]
