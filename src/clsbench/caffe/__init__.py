"""Caffe's files and the network in memory."""
