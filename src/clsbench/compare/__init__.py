"""``python -m clsbench.compare``: is one tracked run better than another, where do they differ, on which images?"""
