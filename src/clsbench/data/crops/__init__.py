"""Crop policies, one a module, as conf/crop/ names them."""
