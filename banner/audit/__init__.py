"""Is refusing as easy as accepting, on any live page? The command ``audit`` and the tests measure
with the same code, so that they cannot disagree.

Needs Playwright (the extra ``izin[audit]``) and a Chromium, and nothing of the service's own files.
"""
