"""Crop policies, one per module, named as in conf/crop/."""
